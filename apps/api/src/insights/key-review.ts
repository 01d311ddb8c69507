import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import { countKeys, type ReviewList, type ReviewParams, reviewKeys } from './key-review.sql.js';

/** A key that works, with what there is to say about it. */
export interface ReviewedKey {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  readonly permissions: readonly string[];
  readonly allowed_ips: readonly string[];
  readonly expires_at: Date | null;
  readonly created_at: Date;
  readonly display: string;
  readonly secret_since: Date;
  readonly last_used_at: Date | null;
  /** When its policy asks for the next secret; null: it has none. */
  readonly rotation_at: Date | null;
}

/** One list: the keys of the page that was asked for, and how many there are in all. */
export interface Reviewed {
  readonly keys: readonly ReviewedKey[];
  readonly total: number;
}

/** Finds the keys that something is to be said about. */
@Injectable()
export class KeyReview {
  constructor(private readonly dataSource: DataSource) {}

  async count(params: ReviewParams): Promise<{ total: number; active: number }> {
    const { sql, params: values } = countKeys(params);
    const [row] = await this.dataSource.query<{ total: number; active: number }[]>(sql, values);
    if (!row) throw new Error('an aggregate without groups has a row');
    return row;
  }

  /** One statement, so that all of it is of the same moment. */
  async lists<List extends ReviewList>(
    lists: readonly List[],
    params: ReviewParams,
  ): Promise<ReadonlyMap<List, Reviewed>> {
    const { sql, params: values } = reviewKeys(lists, params);
    const rows = await allowingTime(() => this.dataSource.query<Row[]>(sql, values));
    return new Map(
      lists.map((list) => {
        const ofList = rows.filter((row) => row.list === list);
        return [list, { keys: ofList.filter(isKey), total: ofList[0]?.total ?? 0 }] as const;
      }),
    );
  }
}

/** Of a list without keys on the page there is one row all the same. */
type Row = { readonly list: string; readonly total: number } & (ReviewedKey | { readonly id: null });

function isKey(row: Row): row is Row & ReviewedKey {
  return row.id !== null;
}
