import type { EntityManager } from 'typeorm';
import type { Evidence } from '#domain';

const DAY_MS = 86_400_000;

/** The strongest evidence of each kind about each key and day: what thresholds are calibrated by. */
export class EvidenceTally {
  private readonly strongest = new Map<string, { keyId: string; day: Date; kind: string; e: number }>();

  note(keyId: string, evidence: readonly Evidence[]): void {
    for (const { kind, at, e } of evidence) {
      const day = Math.floor(at / DAY_MS);
      const place = `${keyId} ${day} ${kind}`;
      if (e > (this.strongest.get(place)?.e ?? 0))
        this.strongest.set(place, { keyId, day: new Date(day * DAY_MS), kind, e });
    }
  }

  async keep(manager: EntityManager): Promise<void> {
    const rows = [...this.strongest.values()];
    if (rows.length === 0) return;
    await manager.query(KEEP, [
      rows.map(({ keyId }) => keyId),
      rows.map(({ day }) => day.toISOString().slice(0, 10)),
      rows.map(({ kind }) => kind),
      rows.map(({ e }) => e),
    ]);
  }
}

const KEEP = `
  INSERT INTO key_evidence AS known (key_id, day, kind, e)
  SELECT * FROM unnest($1::uuid[], $2::date[], $3::text[], $4::float8[]) AS new (key_id, day, kind, e) ORDER BY 1, 2, 3
  ON CONFLICT (key_id, day, kind) DO UPDATE SET e = greatest(known.e, excluded.e)`;
