import { TestApp } from '../../support/test-app.js';
import { POLICY } from './policy.js';
import { rowName } from './rule.js';
import { Stage } from './stage.js';
import type { Ids } from './subjects.js';

/** Operations on something that is inside something else, and of which only some is within the reach of who may call. */
const NESTED = Object.entries(POLICY).filter(
  ([row, { reach }]) => /\{\w+\}.*\{\w+\}/.test(rowName(row).path) && reach !== 'everybody',
);

let app: TestApp;
let stage: Stage;
beforeAll(async () => {
  app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  stage = await Stage.set(app);
});
afterAll(() => app.stop());

describe.each(NESTED)('%s', (row, rule) => {
  it('knows nothing by its id that is not inside what is named before it', async () => {
    const { method, path } = rowName(row);
    const { ownerId, credentials } = await stage.callers.person('developer');
    const subject = rule.names ?? 'key';
    const [mine, alsoMine] = [
      await stage.subjects.fresh(ownerId, subject),
      await stage.subjects.fresh(ownerId, subject),
    ];
    const theirs = await stage.subjects.fresh(stage.people.id('another developer'), subject);
    const missing = stage.subjects.missing(subject);
    const before = await stage.state();
    const ask = async (outer: Ids, inner: Ids) => {
      const [first = '', ...rest] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const ids = Object.fromEntries([[first, outer[first]], ...rest.map((name) => [name, inner[name]])]) as Ids;
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
      const { status, body } = await app.call(method, url, { ...credentials, body: rule.body });
      return { status, body: { ...body, instance: '' } };
    };
    const nothing = await ask(missing, missing);
    expect(nothing).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await ask(mine, missing)).toEqual(nothing);
    expect(await ask(mine, alsoMine)).toEqual(nothing);
    expect(await ask(mine, theirs)).toEqual(nothing);
    expect(await ask(theirs, mine)).toEqual(nothing);
    expect(await ask(theirs, theirs)).toEqual(nothing);
    expect(await stage.state()).toEqual(before);
    expect((await ask(mine, mine)).status).toBe(rule.answer);
  });
});
