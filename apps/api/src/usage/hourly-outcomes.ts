import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { VerdictCode } from '#domain';

/** How many uses came to an outcome within one hour of UTC. */
export interface HourlyOutcome {
  readonly hour: Date;
  readonly outcome: VerdictCode;
  readonly uses: number;
}

/** Counts the uses of many keys at once, from what is counted when they are stored. */
@Injectable()
export class HourlyOutcomes {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Of the hours that begin at `from` or later.
   * @param ownerId whose keys; null: everybody's, and attempts that no key was found for.
   */
  async since(from: Date, ownerId: string | null): Promise<HourlyOutcome[]> {
    const rows = await this.dataSource.query<{ hour: Date; outcome: VerdictCode; uses: string }[]>(
      'SELECT hour, outcome, uses FROM usage_outcomes WHERE owner_id = $1 AND hour >= $2 ORDER BY hour, outcome',
      [ownerId ?? EVERYBODY, from],
    );
    return rows.map(({ uses, ...row }) => ({ ...row, uses: Number(uses) }));
  }
}

const EVERYBODY = '00000000-0000-0000-0000-000000000000';
