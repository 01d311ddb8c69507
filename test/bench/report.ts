import { type Row, table } from './table.js';

/** What the run has found, printed as it is found and kept for the file of results. */
export class Report {
  readonly parts: Record<string, { tables: Record<string, readonly Row[]>; notes: string[] }> = {};
  readonly checks: { check: string; holds: boolean; detail: string }[] = [];
  readonly skipped: string[] = [];
  private part = '';

  begin(part: string, question: string): void {
    this.part = part;
    console.log(`\n== ${part}: ${question}`);
  }

  /** Rows with the same columns; an absent figure is null. */
  table(title: string, rows: readonly Row[]): void {
    if (rows.length === 0) return;
    this.kept.tables[title] = rows;
    console.log(`\n${title}\n${table(rows)}`);
  }

  note(text: string): void {
    this.kept.notes.push(text);
    console.log(`   ${text}`);
  }

  /** A promise, not a speed: one that is broken fails the run. */
  check(check: string, holds: boolean, detail: string): void {
    this.checks.push({ check: `${this.part}: ${check}`, holds, detail });
    console.log(`   ${holds ? 'holds ' : 'BROKEN'}  ${check}: ${detail}`);
  }

  /** What is left out, and why: an absent figure must not look like one nobody asked for. */
  skip(what: string, why: string): void {
    this.skipped.push(`${this.part}: ${what}: ${why}`);
    console.log(`   SKIPPED ${what}: ${why}`);
  }

  get isSound(): boolean {
    return this.checks.every(({ holds }) => holds);
  }

  summarise(): void {
    const broken = this.checks.filter(({ holds }) => !holds);
    console.log(`\n${this.checks.length - broken.length} checks hold, ${broken.length} broken`);
    for (const { check, detail } of broken) console.log(`   BROKEN  ${check}: ${detail}`);
    for (const line of this.skipped) console.log(`   SKIPPED ${line}`);
  }

  private get kept() {
    return (this.parts[this.part] ??= { tables: {}, notes: [] });
  }
}
