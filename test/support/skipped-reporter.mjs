/** Ends a run of jest with what it left out and why, so that a green line is not read as more than it is. */
export default class SkippedReporter {
  onRunComplete(contexts, results) {
    const ranEndpoints = [...contexts].some(({ config }) => config.displayName?.name === 'e2e');
    process.stderr.write(`\n${skipped(results, ranEndpoints, process.env).join('\n')}\n`);
  }
}

/** The lines of the report: what this machine cannot run, and each test that says of itself it was left out. */
export function skipped(results, ranEndpoints, env) {
  const tests = results.testResults.flatMap((file) => file.testResults.filter(({ status }) => status === 'pending'));
  const lines = tests.map(({ fullName }) => fullName);
  if (ranEndpoints && !env.TEST_DATABASE_URL)
    lines.unshift('the endpoint tests on a PostgreSQL server: TEST_DATABASE_URL is not set');
  return lines.length === 0 ? ['Skipped nothing.'] : ['Skipped:', ...lines.map((line) => `  ${line}`)];
}
