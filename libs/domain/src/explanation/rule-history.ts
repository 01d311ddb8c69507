import type { ExplainedKey, ExplainedRule, KeyRules, RuleChange, RuleName } from './explained-use.js';

/** A rule as it was when it decided and as it is now. */
export interface RuleHistory<Rule extends RuleName> extends ExplainedRule {
  readonly name: Rule;
  readonly then: KeyRules[Rule] | undefined;
  readonly now: KeyRules[Rule];
  readonly isUnchanged: boolean;
}

/**
 * Goes back from what the rule is now through what the log says of its changes.
 * @param changes after the use, oldest first.
 */
export function ruleHistory<Rule extends RuleName>(
  name: Rule,
  key: ExplainedKey,
  changes: readonly RuleChange[],
): RuleHistory<Rule> {
  const now = key.rules[name];
  const ofRule = changes.filter(({ rule }) => rule === name);
  let then: unknown = now;
  for (const { from } of [...ofRule].reverse()) then = before(then, from);
  return {
    name,
    then: then as KeyRules[Rule] | undefined,
    now,
    changedAt: ofRule.map(({ at }) => at),
    // One that was changed and changed back is what it was.
    isUnchanged: JSON.stringify(then) === JSON.stringify(now),
  };
}

/** Limits are changed one by one, everything else as a whole. */
function before(after: unknown, from: unknown): unknown {
  return isLimits(after) && isLimits(from) ? { ...after, ...from } : from;
}

function isLimits(value: unknown): value is object {
  return typeof value === 'object' && value !== null && ['minute', 'hour', 'day'].some((limit) => limit in value);
}
