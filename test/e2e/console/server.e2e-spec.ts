import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { Browser, plain } from '../../support/browser.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();

it('the page of the server says in words how its parts are, and what each job did last and does next', async () => {
  const browser = await new Browser(app.url).signIn(await app.person('admin'));
  expect(plain((await browser.get('/dashboard/jobs')).text)).toContain('Not yet');
  await app.nest.get(Jobs).runDue();
  const text = plain((await browser.get('/dashboard/jobs')).text);
  for (const part of ['Database', 'Tables', 'Limits', 'Key cache', 'Record of uses']) expect(text).toContain(part);
  expect(text).toContain('There is no Redis.');
  expect(text).toMatch(/Expire keys\s+every/);
  expect(text).not.toContain('Not yet');
});

it('a job that failed says so, without what only the log may have', async () => {
  app.nest.get(Jobs).add({
    name: 'broken',
    everyMs: 1000,
    run: () => Promise.reject(new Error('connection to 10.0.0.9 refused')),
  });
  await app.nest.get(Jobs).runDue();
  const browser = await new Browser(app.url).signIn(await app.person('admin'));
  const text = plain((await browser.get('/dashboard/jobs')).text);
  expect(text).toContain('Failed');
  expect(text).not.toContain('10.0.0.9');
});
