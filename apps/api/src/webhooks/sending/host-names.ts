import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** What names mean, as this machine resolves them. */
@Injectable()
export class HostNames {
  /** All addresses of a name, or the address itself if it is one. */
  addressesOf(host: string): Promise<readonly HostAddress[]> {
    return lookup(host, { all: true });
  }
}
