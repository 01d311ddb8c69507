import { createHash } from 'node:crypto';

/** What is known of a person, and to be found nowhere in the end. */
export type Traces = Readonly<
  Record<'email' | 'formerEmail' | 'username' | 'address' | 'address6' | 'agent' | 'keyName', string>
>;

/** @param mark makes them unlike anything else. */
export function newTraces(mark: string): Traces {
  return {
    email: `Ada.${mark}@Analytical.example`,
    formerEmail: `countess.${mark}@analytical.example`,
    username: `ada_${mark}`,
    address: '198.51.100.177',
    address6: '2001:db8:ada:77::177',
    agent: `ada-phone-${mark}/7.1`,
    keyName: `Key-of-${mark}`,
  };
}

/** Which of them are in there, in any case, and how: as they are, in base64, and as the SHA-256 by which e-mails are counted. */
export function tracesIn(bytes: Buffer, traces: Traces): string[] {
  const text = bytes.toString('latin1').toLowerCase();
  return Object.entries(traces).flatMap(([name, trace]) =>
    Object.entries(formsOf(trace)).flatMap(([form, wanted]) =>
      text.includes(wanted.toLowerCase()) ? [`${name} (${form})`] : [],
    ),
  );
}

function formsOf(trace: string): Record<string, string> {
  return {
    plain: trace,
    hex: Buffer.from(trace).toString('hex'),
    base64: Buffer.from(trace).toString('base64').replace(/=+$/, ''),
    'SHA-256': createHash('sha256').update(trace.toLowerCase()).digest('hex'),
  };
}
