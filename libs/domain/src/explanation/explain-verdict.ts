import type { VerdictCode } from '../verdict.js';
import type { ExplainedKey, Explanation, RecordedUse, Remedy, RuleChange } from './explained-use.js';
import { byKey } from './explain-refusal.js';
import { keyText, moment, requestText } from './wording.js';

/**
 * Why a use of a key came to its verdict: what happened, what decided it, what that is now, and what would have to be
 * different. In sentences from templates, of what is on record and nothing else.
 *
 * @param key null: none of ours was shown, or it is gone.
 * @param changes of the key after the use, oldest first.
 */
export function explainVerdict(
  use: RecordedUse,
  key: ExplainedKey | null,
  changes: readonly RuleChange[],
  now: number,
): Explanation {
  const { code } = use;
  const was = code === 'VALID' ? 'let in' : 'refused';
  if (key === null) return keyless(use, was, WITHOUT_KEY[code] ?? GONE);
  const {
    reason,
    rule = null,
    passesNow = null,
    unknown = [],
    remedies,
  } = byKey(key.isCanary ? 'NOT_FOUND' : code, { use, key, changes, now });
  return {
    summary: `${keyText(key)} was ${was} at ${moment(use.at)}${reason === '' ? '' : `: ${reason}`}. ${requestText(use)}`,
    rule: rule && { name: rule.name, then: rule.then, now: rule.now, changedAt: rule.changedAt },
    passesNow,
    unknown,
    remedies: passesNow === true ? [PASSES] : remedies,
  };
}

const PASSES: Remedy = {
  text: 'Nothing: what refused it was changed since, and the same use would pass this check now.',
  step: null,
};

function keyless(use: RecordedUse, was: string, [reason, unknown, remedy]: Keyless): Explanation {
  const summary = `A request was ${was} at ${moment(use.at)}: ${reason}. ${requestText(use)}`;
  return { summary, rule: null, passesNow: null, unknown: [unknown], remedies: [{ text: remedy, step: null }] };
}

type Keyless = readonly [reason: string, unknown: string, remedy: string];

/** Nothing of what was shown is kept: it may be a key of somebody, mistyped. */
const WITHOUT_KEY: Partial<Record<VerdictCode, Keyless>> = {
  MISSING: [
    'it carried no API key',
    'Whether a key was sent in another place is not on record.',
    'Send the key in the X-API-Key header, or as Authorization: ApiKey.',
  ],
  MALFORMED: [
    'what was sent as an API key is not one, or a character of it is wrong or missing',
    'What was sent is not on record.',
    'Copy the key again, in full.',
  ],
  NOT_FOUND: [
    'what was sent is written like an API key, and no key has it',
    'What was sent is not on record.',
    'Check that the key was issued by this server, and not by another installation.',
  ],
  RATE_LIMITED: [
    'more keys that are none were tried from this address than an address may try within a minute',
    'What was sent is not on record.',
    'Look for the client at this address that has a wrong key; it is let in again a few seconds after it stops.',
  ],
};

const GONE: Keyless = ['the log says why, but not for which key', 'The key is not on record.', 'Read the log.'];
