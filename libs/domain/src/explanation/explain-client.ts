import { contains } from '../address.js';
import { allowedText, type Facts, historyOf, type KeyCase, only } from './key-case.js';

/** Refused for where it came from. */
export function byAddress(facts: Facts): KeyCase {
  const { use, key } = facts;
  const rule = historyOf('allowed_ips', facts);
  const { address, wholeAddress } = use;
  const isAllowed = wholeAddress && key.allowedRanges.some((range) => contains(range, wholeAddress));
  const fields = { allowed_ips: [...rule.now, address] };
  return {
    reason: `${address === null ? 'it was not shown from an address' : `${address} is not an address`} that it may be used from${allowedText(rule.then)}`,
    rule,
    passesNow: rule.now.length === 0 || (isAllowed ?? (rule.isUnchanged ? false : null)),
    unknown: wholeAddress ? [] : [address === null ? NO_ADDRESS : PART_OF_ADDRESS],
    remedies: [
      wholeAddress
        ? { text: `Allow ${address}, if it is one of yours.`, step: { action: 'update', fields } }
        : only('Add the address to `allowed_ips` of the key, if it is one of yours.'),
    ],
  };
}

const NO_ADDRESS = 'From which address, or whether the service told one at all, is not on record.';
const PART_OF_ADDRESS = 'The whole address is not on record: this server keeps its network, or a hash of it.';

/** Refused for the program that sent it. */
export function byAgent(facts: Facts): KeyCase {
  const { userAgent } = facts.use;
  const rule = historyOf('allowed_user_agents', facts);
  const isAllowed = rule.now.some((part) => userAgent?.toLowerCase().includes(part.toLowerCase()));
  const product = userAgent && PRODUCT.exec(userAgent)?.[0];
  const fields = { allowed_user_agents: [...rule.now, product] };
  return {
    reason: `${userAgent ?? 'a client without a User-Agent on record'} is not a client that it may be used by${allowedText(rule.then)}`,
    rule,
    passesNow: rule.now.length === 0 || isAllowed ? true : userAgent === null && !rule.isUnchanged ? null : false,
    unknown: userAgent === null ? ['Which client it was, or whether it said so at all, is not on record.'] : [],
    remedies: [
      product
        ? { text: `Allow ${product}, if it is one of your clients.`, step: { action: 'update', fields } }
        : only('Have the client send a User-Agent, and add it to `allowed_user_agents` of the key.'),
    ],
  };
}

/** The name of a program, which stays when its version changes: `curl/` of `curl/8.5.0`. */
const PRODUCT = /^[^\s/]{1,64}\/?/;
