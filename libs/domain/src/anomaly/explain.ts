import { type Evidence } from './evidence.js';

/**
 * The evidence in words, one sentence each: what was observed, what is typical, how rare that is, and since when. From
 * templates, with nothing guessed. Times are UTC.
 */
export function explain(evidence: readonly Evidence[], locale: 'en'): string {
  const sentences = evidence.map((each) => `${SENTENCES[locale][each.kind](each)} ${rarityAndSince(each)}`);
  return [...sentences, ...new Set(evidence.flatMap(({ facts }) => hint(facts) ?? []))].join('\n');
}

type Sentence = (evidence: Evidence) => string;

const SENTENCES: Record<'en', Record<Evidence['kind'], Sentence>> = {
  en: {
    place: ({ facts }) =>
      `${capital(named(facts))}; typically this key shows a new network every ${number(facts.networkEveryDays)} days.`,
    shape: ({ observed, typical }) =>
      `${observed} requests in 5 minutes, typically ${range(typical)} at that time; the last 2 hours are like none before.`,
    shared: ({ observed, typical, facts }) =>
      `${observed} of ${facts.keys ?? 0} keys changed how they are used within an hour, typically ${range(typical)}; that is not alerted for each of them.`,
    denied: ({ observed, typical, facts }) =>
      `${observed} of ${facts.calls ?? 0} calls denied over ${facts.scopes ?? 0} ${facts.scopes === 1 ? 'permission' : 'permissions'}, typically ${range(typical)}.`,
    sharing: ({ observed, typical }) => `Used from ${observed} providers within an hour, typically ${range(typical)}.`,
    dormant: ({ observed, typical }) =>
      `Used after ${number(observed)} days of silence, typically ${range([0, typical[1]])}.`,
    stuffing: ({ observed, typical, facts }) =>
      `${observed} different unknown keys tried within ${facts.minutes ?? 5} minutes, typically ${range(typical)}.`,
    retired_secret: ({ observed, facts }) =>
      `Used ${times(observed)} after the ${facts.was === 'key revoked' ? 'key was revoked' : 'secret was replaced'}, from a ${facts.network ?? 'new'} network; typically this never happens.`,
    canary: ({ observed }) =>
      `A key that nobody was given to use was used ${times(observed)}; typically this never happens.`,
  },
};

/** What is new, by name where a database has one. */
function named({ news, provider, country }: Evidence['facts']): string {
  const names: Evidence['facts'] = {
    ...(provider && { 'new provider': provider }),
    ...(country && { 'new country': country }),
  };
  return String(news)
    .split(' + ')
    .map((word) => (names[word] === undefined ? word : `${word} (${names[word]})`))
    .join(' + ');
}

/** What databases say of an address, and of which day they are. They are wrong now and then, and so it is told apart. */
function hint({ provider, country, placesAsOf }: Evidence['facts']): string | undefined {
  if (placesAsOf === undefined) return undefined;
  const from = [provider, country].filter((name) => name !== undefined).join(', ');
  return `From ${from}, by databases of ${placesAsOf}: a hint, not a proof.`;
}

function rarityAndSince({ once, since }: Evidence): string {
  return `Since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC; ${once}.`;
}

function range([from, to]: readonly [from: number, to: number]): string {
  return from === to ? number(to) : `${number(from)}–${number(to)}`;
}

/** Two digits are enough for who reads it. */
function number(value: number | string | undefined): string {
  const known = Number(value ?? 0);
  return known >= 10 ? String(Math.round(known)) : String(Number(known.toFixed(1)));
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
