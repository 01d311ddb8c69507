/** How a part of the server is, for people. */
export interface PartInWords {
  readonly name: string;
  readonly state: string;
  readonly tone: 'good' | 'warn' | 'bad';
  readonly sentence: string;
}

/** What a check of readiness says of a part: its state, and figures by name. */
type Detail = Readonly<Record<string, unknown>>;

export function partInWords(name: string, detail: Detail): PartInWords {
  if (detail.status !== 'up') {
    return {
      name: NAMES[name] ?? name,
      state: 'Missing',
      tone: 'bad',
      sentence: WHEN_DOWN[name] ?? 'It does not answer.',
    };
  }
  const up = { name: NAMES[name] ?? name, state: 'Well', tone: 'good' } as const;
  switch (name) {
    case 'limits':
      return { ...up, ...limits(detail) };
    case 'key_cache':
      return { ...up, ...keyCache(detail) };
    default:
      return { ...up, sentence: WHEN_UP[name] ?? 'It answers.' };
  }
}

/** What verifications have left behind and the database does not have yet. */
export interface UsesOnTheWay {
  readonly pendingBytes: number;
  readonly bytesMax: number;
  readonly dropped: number;
  readonly lagMs: number;
}

export function usesInWords({ pendingBytes, bytesMax, dropped, lagMs }: UsesOnTheWay): PartInWords {
  const share = Math.round((pendingBytes / bytesMax) * 100);
  const waiting =
    pendingBytes === 0
      ? 'Every use of a key is in the database.'
      : `Uses of the last ${told(lagMs)} wait on the disk for the database; they take ${share} % of the room.`;
  const name = 'Record of uses';
  if (dropped > 0) {
    const lost = `${dropped} uses were not recorded since the start, because there was no room on the disk.`;
    return { name, state: 'Incomplete', tone: 'bad', sentence: `${lost} ${waiting}` };
  }
  if (lagMs > LATE_MS) return { name, state: 'Late', tone: 'warn', sentence: waiting };
  return { name, state: 'Well', tone: 'good', sentence: waiting };
}

const LATE_MS = 60_000;

const NAMES: Readonly<Record<string, string>> = {
  database: 'Database',
  migrations: 'Tables',
  limits: 'Limits',
  key_cache: 'Key cache',
};

const WHEN_UP: Readonly<Record<string, string>> = {
  database: 'It answers.',
  migrations: 'They are those that this version was made for.',
};

const WHEN_DOWN: Readonly<Record<string, string>> = {
  database: 'It does not answer within a second. Keys that are known are verified for a while; nothing can be changed.',
  migrations: 'They are not those that this version was made for. Start the newest version of the server once.',
};

function limits({ mode, local_decisions: decisions }: Detail): Pick<PartInWords, 'sentence'> & Partial<PartInWords> {
  if (mode === 'memory') return { sentence: 'This instance counts by itself, as one alone can. There is no Redis.' };
  if (mode === 'shared') return { sentence: 'All instances count together, in Redis.' };
  const sentence = `Redis does not answer, so each instance counts by itself: ${String(decisions)} times so far.`;
  return { state: 'Less exact', tone: 'warn', sentence };
}

function keyCache({ feed, trusted, age_ms: age, size, hits, misses }: Detail) {
  const asked = Number(hits) + Number(misses);
  const rate = asked === 0 ? '' : ` ${Math.round((Number(hits) / asked) * 100)} % of verifications found theirs there.`;
  const known = `${String(size)} keys are in memory.${rate}`;
  if (trusted !== true) {
    return {
      state: 'Not trusted',
      tone: 'warn',
      sentence: `${known} It may be old, so the database is asked each time.`,
    } as const;
  }
  if (feed === 'embedded') return { sentence: `${known} Nobody else can change them.` };
  return { sentence: `${known} Changes were last read ${told(Number(age))} ago.` };
}

function told(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}
