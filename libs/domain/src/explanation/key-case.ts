import type { ExplainedKey, RecordedUse, Remedy, RuleChange, RuleName } from './explained-use.js';
import { ruleHistory, type RuleHistory } from './rule-history.js';
import { listed } from './wording.js';

/** What a verdict is explained by. */
export interface Facts {
  readonly use: RecordedUse;
  readonly key: ExplainedKey;
  readonly changes: readonly RuleChange[];
  readonly now: number;
}

/** What is special about one verdict. */
export interface KeyCase {
  /** Part of a sentence; empty: there is none. */
  readonly reason: string;
  readonly rule?: RuleHistory<RuleName>;
  readonly passesNow?: boolean | null;
  readonly unknown?: readonly string[];
  readonly remedies: readonly Remedy[];
}

export function historyOf<Rule extends RuleName>(rule: Rule, { key, changes }: Facts): RuleHistory<Rule> {
  return ruleHistory(rule, key, changes);
}

/** What is allowed, in brackets. */
export function allowedText(allowed: readonly string[] | undefined): string {
  return allowed && allowed.length > 0 ? ` (${listed(allowed)})` : '';
}

export function only(text: string): Remedy {
  return { text, step: null };
}
