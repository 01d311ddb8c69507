import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabelledSeries } from './score.js';

/** All series that have windows in the folder, which is a clone of numenta/NAB or a part of one, or in an archive of it. */
export function readCorpus(path: string): LabelledSeries[] {
  if (!/\.tar(\.\w+)?$/.test(path)) return readFolder(path);
  const folder = mkdtempSync(join(tmpdir(), 'akm-nab-'));
  try {
    execFileSync('tar', ['-xf', path, '-C', folder]);
    return readFolder(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readFolder(folder: string): LabelledSeries[] {
  const windows = JSON.parse(readFileSync(join(folder, 'labels/combined_windows.json'), 'utf8')) as Record<
    string,
    [from: string, to: string][]
  >;
  return Object.entries(windows).map(([name, pairs]) => {
    const rows = readFileSync(join(folder, 'data', name), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1);
    const cells = rows.map((row) => row.split(','));
    return {
      name,
      timestamps: Float64Array.from(cells, ([timestamp = '']) => momentOf(timestamp)),
      values: Float64Array.from(cells, ([, value]) => Number(value)),
      windows: pairs.map(([from, to]) => [momentOf(from), momentOf(to)]),
    };
  });
}

/** Data and labels write seconds differently. */
function momentOf(timestamp: string): number {
  return Date.parse(`${timestamp.replace(' ', 'T').replace(/\.\d+$/, '')}Z`);
}
