import { type LogReport, type NoteVerifier } from '#domain';
import { archive, verifyArchive } from '../../../apps/api/src/audit/log-archive.js';
import { LogSealing } from '../../../apps/api/src/audit/log-sealing.js';
import { Checkpoints } from '../../../apps/api/src/log-tree/checkpoints.js';
import { LogSigner } from '../../../apps/api/src/log-tree/log-signer.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let verifier: NoteVerifier;
let lines: string[];
let kept: { size: number; note: string };

beforeAll(async () => {
  const person = await app.person();
  const { secret } = await app.key(person);
  for (let use = 0; use < 300; use += 1) await app.call('GET', '/api/v1/protected/test', { key: secret });
  await app.ingest();
  await app.nest.get(LogSealing).sign();
  verifier = await app.nest.get(LogSigner).verifier();
  kept = (await app.nest.get(Checkpoints).newest()) ?? { size: 0, note: '' };
  lines = [];
  for await (const line of archive(app.dataSource, verifier)) lines.push(line);
});

async function* each(texts: readonly string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

const verified = (texts: readonly string[]): Promise<LogReport> => verifyArchive(each(texts), verifier, [kept]);
const placeOf = (line: string) => (JSON.parse(line) as { leaf?: number }).leaf;
const entryAt = (leaf: number) => lines.findIndex((line) => placeOf(line) === leaf);

describe('an export of the log', () => {
  it('is verified without the database it comes from', async () => {
    const report = await verified(lines);
    expect(report).toMatchObject({ size: kept.size, entries: kept.size, signedSize: kept.size, faults: [] });
    expect(report.size).toBeGreaterThan(256);
  });

  it.each([0, 255, 256])('names the entry that was changed, at %i', async (leaf) => {
    const texts = lines.map((line, at) => (at === entryAt(leaf) ? line.replace('"method":"', '"method":"X') : line));
    expect((await verified(texts)).faults).toMatchObject([{ kind: 'altered', leaf }]);
  });

  it('names the place of an entry that was left out, and of all behind a cut', async () => {
    const without = lines.filter((_, at) => at !== entryAt(40));
    expect((await verified(without)).faults).toMatchObject([{ kind: 'missing', leaf: 40 }]);
    const [first] = (await verified(lines.slice(0, entryAt(270)))).faults;
    expect(first).toMatchObject({ kind: 'truncated', leaf: 270 });
  });

  it('is shorter than the checkpoint that was kept, whatever it says of itself', async () => {
    const texts = lines
      .filter((line) => (placeOf(line) ?? 0) < 200)
      .map((line) => line.replace(`"size":${kept.size},"verifier"`, '"size":200,"verifier"'));
    expect((await verified(texts)).faults[0]).toMatchObject({ kind: 'rolled_back', leaf: 200, to: kept.size });
  });

  it('is not one when a line of it is none', async () => {
    await expect(verified([...lines.slice(0, 9), '{"cut'])).rejects.toThrow('Line 10 is not JSON');
    await expect(verified(lines.slice(1))).rejects.toThrow('Line 1 is not the first line');
    await expect(verified([])).rejects.toThrow('There is nothing in it');
  });
});
