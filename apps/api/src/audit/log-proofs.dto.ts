import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Max, Min } from 'class-validator';
import { ApiCount, ApiId, ApiList, ApiText, ApiTexts } from '../http/api-field.decorators.js';
import { QueryInteger } from '../http/query-value.js';

const KINDS = [
  'altered',
  'missing',
  'inserted',
  'reordered',
  'truncated',
  'rolled_back',
  'rewritten',
  'bad_signature',
  'tile_altered',
  'tree_altered',
  'retirement_altered',
] as const;

/** More faults are not told: the first is the one to start from. */
export const FAULTS_MAX = 100;
const PROOF_MAX = 64;
const HASH_LENGTH = 44;
const KEY_LENGTH = 200;

export class LogFaultDto {
  /** @example altered */
  @ApiProperty({ enum: KINDS, enumName: 'LogFaultKind' })
  kind: (typeof KINDS)[number];

  /** The first place in the log that it is about, from 0.
   * @example 4711 */
  @ApiCount()
  leaf: number;

  /** The place after the last one.
   * @example 4712 */
  @ApiCount()
  to: number;

  /** The entry that stands there, if one does.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string | null;

  /** @example "The entry at place 4711 is not what it was when it was added" */
  @ApiText(1000)
  detail: string;
}

export class LogVerificationDto {
  /** Whether nothing is wrong.
   * @example true */
  valid: boolean;

  /** How many places the log has.
   * @example 100000 */
  @ApiCount()
  size: number;

  /** For how many of them, from the first on, a signed checkpoint vouches.
   * @example 100000 */
  @ApiCount()
  signed_size: number;

  /** Entries that were read and are right.
   * @example 90000 */
  @ApiCount()
  entries: number;

  /** Those of them from which a person was taken out.
   * @example 12 */
  @ApiCount()
  redacted: number;

  /** Places whose entries left when their time was over.
   * @example 10000 */
  @ApiCount()
  retired: number;

  /** Signed checkpoints that were compared.
   * @example 86 */
  @ApiCount()
  checkpoints: number;

  /** By which checkpoints are verified: name, hash and key, as C2SP signed-note has them.
   * @example akm/0198f0c4+1c2b3a4d+AZ3grlgtzPICa5OS8npVmf1Myq */
  @ApiText(KEY_LENGTH)
  verifier_key: string;

  /** In order, the first one first. */
  @ApiList(FAULTS_MAX)
  faults: LogFaultDto[];
}

export class LogProofDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** Its place in the log, from 0.
   * @example 4711 */
  @ApiCount()
  index: number;

  /** What the leaf is the hash of: this text and the 32 bytes of the commitment behind it.
   * @example "akm.use/1 {}" */
  @ApiText(100_000)
  open: string;

  /** SHA-256 of the salt and the personal part of the entry, in base64.
   * @example 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= */
  @ApiText(HASH_LENGTH)
  commitment: string;

  /** The hash of the leaf, RFC 6962, in base64.
   * @example 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= */
  @ApiText(HASH_LENGTH)
  leaf: string;

  /** The inclusion proof of RFC 6962 in the tree of the checkpoint, in base64.
   * @example ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] */
  @ApiTexts(PROOF_MAX, HASH_LENGTH)
  proof: string[];

  /** The signed note.
   * @example "akm/0198f0c4\n4712\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" */
  @ApiText(1000)
  checkpoint: string;

  /** @example akm/0198f0c4+1c2b3a4d+AZ3grlgtzPICa5OS8npVmf1Myq */
  @ApiText(KEY_LENGTH)
  verifier_key: string;
}

export class LogConsistencyQueryDto {
  /** How many entries the log had then.
   * @example 1000 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  from: number = 1;

  /** How many it had later; as many as the newest checkpoint says unless given.
   * @example 4712 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  to?: number;
}

export class LogConsistencyDto {
  /** @example 1000 */
  @ApiCount()
  from: number;

  /** @example 4712 */
  @ApiCount()
  to: number;

  /** The root of the tree then, in base64.
   * @example 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= */
  @ApiText(HASH_LENGTH)
  from_root: string;

  /** @example 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= */
  @ApiText(HASH_LENGTH)
  to_root: string;

  /** The consistency proof of RFC 6962, in base64.
   * @example ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] */
  @ApiTexts(PROOF_MAX, HASH_LENGTH)
  proof: string[];
}
