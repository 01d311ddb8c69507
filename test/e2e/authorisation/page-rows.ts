import type { Rule, Who } from './rule.js';

/** The rows of the table in docs/authorisation.md that say what the policy says, as the text of their cells. */
export function pageRows(policy: Readonly<Record<string, Rule>>): string[][] {
  return Object.entries(policy).map(([row, rule]) => [
    operation(row),
    whichPeople(rule.who),
    whichKeys(rule),
    whose(rule),
  ]);
}

/** A row as it stands in the page. */
export function asLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function operation(row: string): string {
  const [, call = '', note = ''] = /^(.*?)( \(.+\))?$/.exec(row) ?? [];
  return `\`${call}\`${note}`;
}

function whichPeople(who: Who): string {
  switch (who.kind) {
    case 'everybody':
      return 'everybody';
    case 'keys':
      return 'nobody';
    case 'people':
    case 'people and keys':
      return who.from === 'admin' ? 'admin' : `${who.from} and up`;
  }
}

function whichKeys({ who, ownerInPerson }: Rule): string {
  switch (who.kind) {
    case 'everybody':
      return 'any';
    case 'people':
      return 'none';
    case 'people and keys':
      return ownerInPerson ? 'none' : `with \`${who.scope}\``;
    case 'keys':
      return [
        who.permission === undefined ? 'any' : `with \`${who.permission}\``,
        ...(who.evenIf ? [`even ${who.evenIf.join(' or ')}`] : []),
      ].join(', ');
  }
}

function whose({ reach, ownerInPerson }: Rule): string {
  if (reach === undefined) return '';
  if (reach === 'own' || ownerInPerson) return 'own';
  return reach === 'everybody' ? 'everybody’s' : `own; with \`${reach}\` everybody’s`;
}
