import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { parseMetrics } from '../../support/prometheus-text.js';
import { repositoryRoot } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { TestApp } from '../../support/test-app.js';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const itWithPromtool = hasPromtool ? it : it.skip;

const page = readFileSync(join(repositoryRoot(), 'docs/metrics.md'), 'utf8');
const rules = /```yaml\n(groups:[\s\S]*?)```/.exec(page)?.[1] ?? '';

describe('docs/metrics.md', () => {
  const app = TestApp.forTests();
  const folder = temporaryFolder();
  const own = async () => {
    const told = parseMetrics((await app.call('GET', '/metrics')).text);
    return [...told.values()].filter(({ name }) => name.startsWith('akm_'));
  };

  it('says of every metric, and of no other, what the server says of it', async () => {
    const rows = [...page.matchAll(/^\| `(akm_\w+)` +\| (\w+) +\| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
    const told = (await own()).map(({ name, type, help }) => [name, type, help]);
    expect(rows.sort()).toEqual(told.sort());
  });

  it('wakes nobody by a metric or a label that is not there', async () => {
    const names = new Map((await own()).map(({ name, type }) => [name, type]));
    const asked = alerts().flatMap(({ expr }) => [...expr.matchAll(/\bakm_\w+/g)].map(([name]) => name));
    expect(asked.length).toBeGreaterThan(10);
    const unknown = asked.filter((name) => !names.has(name) && names.get(name.replace(/_bucket$/, '')) !== 'histogram');
    expect(unknown).toEqual([]);
  });

  itWithPromtool('has alerts that promtool takes (needs promtool)', () => {
    const file = join(folder(), 'rules.yml');
    writeFileSync(file, rules);
    const { status, stdout } = spawnSync('promtool', ['check', 'rules', '--lint=none', file]);
    expect([status, stdout.toString()]).toEqual([0, expect.stringContaining(`${alerts().length} rules found`)]);
  });
});

function alerts(): { alert: string; expr: string }[] {
  return (load(rules) as { groups: { rules: { alert: string; expr: string }[] }[] }).groups.flatMap(
    (group) => group.rules,
  );
}
