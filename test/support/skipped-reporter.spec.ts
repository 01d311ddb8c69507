import { createRequire } from 'node:module';

interface Results {
  testResults: { testResults: { status: string; fullName: string }[] }[];
}

const { skipped } = createRequire(import.meta.url)('./skipped-reporter.mjs') as {
  skipped: (results: Results, ranEndpoints: boolean, env: Record<string, string | undefined>) => string[];
};

const ran = { status: 'passed', fullName: 'the API answers' };
const leftOut = { status: 'pending', fullName: 'the README (needs curl) registers' };

describe('the report of skipped tests', () => {
  it('names every test that was left out, with the reason it gives', () => {
    const lines = skipped({ testResults: [{ testResults: [ran] }, { testResults: [leftOut] }] }, true, {
      TEST_DATABASE_URL: 'x',
    });
    expect(lines).toEqual(['Skipped:', '  the README (needs curl) registers']);
  });

  it('says that no server database was tried, and how to try one', () => {
    expect(skipped({ testResults: [{ testResults: [ran] }] }, true, {}).join()).toMatch(
      /PostgreSQL.*TEST_DATABASE_URL/,
    );
  });

  it('says nothing of servers where no endpoint was tested', () => {
    expect(skipped({ testResults: [] }, false, {})).toEqual(['Skipped nothing.']);
  });

  it('says so when nothing was left out', () => {
    expect(skipped({ testResults: [{ testResults: [ran] }] }, true, { TEST_DATABASE_URL: 'x' })).toEqual([
      'Skipped nothing.',
    ]);
  });
});
