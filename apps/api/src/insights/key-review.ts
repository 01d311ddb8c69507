import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import { type ReviewList, type ReviewParams, reviewKeys } from './key-review.sql.js';

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

/** One list: the keys of the page that was asked for, and how many there are in all; 0 of those that nobody counts. */
export interface Reviewed {
  readonly keys: readonly ReviewedKey[];
  readonly total: number;
}

/** What there is to say about keys. */
export interface Review<List extends ReviewList> {
  /** In any status. */
  readonly total: number;
  /** That work now. */
  readonly active: number;
  readonly lists: ReadonlyMap<List, Reviewed>;
}

/** Finds the keys that something is to be said about. */
@Injectable()
export class KeyReview {
  constructor(private readonly dataSource: DataSource) {}

  async of<List extends ReviewList>(lists: readonly List[], params: ReviewParams): Promise<Review<List>> {
    const { sql, params: values } = reviewKeys(lists, params);
    const rows = await allowingTime(() => this.dataSource.query<Row[]>(sql, values));
    const read = (list: string): Reviewed => {
      const ofList = rows.filter((row) => row.list === list);
      return { keys: ofList.filter(isKey), total: ofList[0]?.count ?? 0 };
    };
    return {
      total: read('total').total,
      active: read('active').total,
      lists: new Map(lists.map((list) => [list, read(list)])),
    };
  }
}

/** Of a list without keys on the page there is one row all the same. */
type Row = { readonly list: string; readonly count: number } & (ReviewedKey | { readonly id: null });

function isKey(row: Row): row is Row & ReviewedKey {
  return row.id !== null;
}
