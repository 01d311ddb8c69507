import { createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { v7 as uuidv7, validate } from 'uuid';
import { Clock } from '#domain';
import { Config } from '../config/config.js';

/** Whose session a token continues. What the person may do is read from the database at every use. */
export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
}

const ISSUER = 'akm';
const AUDIENCE = 'akm-api';
/** RFC 9068: an access token cannot be taken for another kind of JWT. */
const TYPE = 'at+jwt';
const BYTES_MAX = 4096;
/** Decoders accept padding, spaces and the standard alphabet too; then one token would have many spellings. */
const COMPACT = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}$/;

/** Signs and reads the short-lived JWTs (HS256, RFC 8725) that people send as bearer tokens. */
@Injectable()
export class AccessTokens {
  /** One for each secret, the current one first. */
  private readonly signers: readonly JwtService[];

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    // A KeyObject: from a string, jsonwebtoken would parse the secret again at every use, at forty times the cost.
    this.signers = config.secrets.jwt.map((secret) => new JwtService({ secret: createSecretKey(secret, 'utf8') }));
  }

  /** Seconds until a token signed now expires. */
  get lifetimeSeconds(): number {
    return this.config.auth.accessTokenMs / 1000;
  }

  sign({ userId, sessionId }: AccessTokenSubject): string {
    const [current] = this.signers;
    if (!current) throw new Error('There is no secret to sign access tokens with');
    const issuedAt = this.nowSeconds();
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: userId, sid: sessionId, jti: uuidv7() };
    return current.sign(
      { ...claims, iat: issuedAt, exp: issuedAt + this.lifetimeSeconds },
      { algorithm: 'HS256', header: { alg: 'HS256', typ: TYPE } },
    );
  }

  /** Undefined for whatever is not a token of ours that is valid now. Whether its session still runs is not checked. */
  read(token: string): AccessTokenSubject | undefined {
    if (token.length > BYTES_MAX || !COMPACT.test(token)) return undefined;
    for (const signer of this.signers) {
      const subject = this.readSignedBy(signer, token);
      if (subject) return subject;
    }
    return undefined;
  }

  private readSignedBy(signer: JwtService, token: string): AccessTokenSubject | undefined {
    try {
      const { header, payload } = signer.verify<{ header: Members; payload: Members }>(token, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTimestamp: this.nowSeconds(),
        complete: true,
      });
      return isOurHeader(header) ? this.subjectOf(payload) : undefined;
    } catch {
      return undefined;
    }
  }

  private subjectOf({ sub, sid, iat, exp }: Members): AccessTokenSubject | undefined {
    if (!isId(sub) || !isId(sid)) return undefined;
    if (typeof iat !== 'number' || typeof exp !== 'number') return undefined;
    // A token from the future was signed by a clock that is wrong, and would live longer than a token may.
    return iat > this.nowSeconds() + SKEW_SECONDS_MAX ? undefined : { userId: sub, sessionId: sid };
  }

  private nowSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

type Members = Record<string, unknown>;

/** Ids are asked of the database, which takes nothing else. */
function isId(claim: unknown): claim is string {
  return validate(claim);
}

/** Between the clocks of instances that share a secret. */
const SKEW_SECONDS_MAX = 60;

/** We write two header members; any other, such as `crit`, `jku` or `kid`, asks for something we do not do. */
function isOurHeader(header: Members): boolean {
  return header.typ === TYPE && Object.keys(header).length === 2;
}
