/** One number of a metric, or one of several that its labels tell apart. */
export interface Sample {
  readonly value: number;
  /** From a set that is known beforehand and stays small: never an id, an address or anything that a caller chose. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a histogram: which of its series it belongs to. */
  readonly series?: '_bucket' | '_sum' | '_count';
}

/** Something that is told to whoever watches akm. The room it is about reads it when it is asked for. */
export interface Metric {
  /** As Prometheus wants it: `akm_`, the unit in the plural, and `_total` for what only grows. */
  readonly name: string;
  /** One sentence without a full stop. */
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Called before any metric is read: for what reading the others changes, such as who waits for the database. */
  prepare?(): void;
  /** Empty where there is nothing to tell yet. What it rejects with is left out, and counted. */
  read(): readonly Sample[] | Promise<readonly Sample[]>;
}

/** The one number of a metric without labels; null: there is none yet. */
export function single(value: number | null): readonly Sample[] {
  return value === null ? [] : [{ value }];
}

/** Times are kept in milliseconds and told in seconds. */
export function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/** One sample for each of the named values. */
export function byLabel(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** One reading for everybody who asks while it is under way: several metrics of one query, and any number of scrapes. */
export function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () =>
    (underWay ??= read().finally(() => {
      underWay = null;
    }));
}
