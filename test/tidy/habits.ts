import { type TreeFile } from './tree.js';

/** A habit of this repository: looks at one file and says what is wrong with it, one line a fault. */
export type Habit = (file: TreeFile) => string[];

/** Names that say nothing: whatever bears one is two things that were not told apart. */
const EMPTY_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'data', 'info']);

const LINES = 250;
const LINES_OF_TESTS = 400;

export const HABITS = {
  'names say what is inside': ({ path }) =>
    path
      .split('/')
      .map((name) => /^\.?([^.]*)/.exec(name)?.[1]?.split('-').at(-1) ?? '')
      .filter((word) => EMPTY_NAMES.has(word))
      .map((word) => `"${word}" names nothing`),

  'source files are kebab-case': ({ path }) =>
    isSource(path) && !/^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(path.split('/').at(-1) ?? '') ? ['not kebab-case'] : [],

  'a note for later names its issue': linesOf(
    isCode,
    /\b(TO[D]O|FIX[M]E|XX[X])\b(?!\s*\(#\d+\))/,
    'write it as (#number)',
  ),

  'history is kept by git, not by comments': linesOf(
    isCode,
    /^\s*\/\/\s*((const|let|return|import|export|await|if|for|while|expect)\b.*[;{(]|[\w.$]+\(.*\);|[\w.$[\]]+ = .*;|[})\]]+[;,]?)$/,
    'looks like commented-out code',
  ),

  'time and chance are arguments': linesOf(
    (path) => isCode(path) && /^(apps|libs)\//.test(path) && path !== 'libs/domain/src/clock.ts',
    /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)/,
    'ask the Clock, or take it as an argument',
  ),

  'tests move the clock instead of sleeping': linesOf(
    (path) => /[-.]spec\.tsx?$/.test(path) && !path.startsWith('test/tidy'),
    /(?<!jest\.)\b(setTimeout|setInterval|sleep)\(|timers\/promises/,
    'sleeps',
  ),

  'every test runs': linesOf(
    (path) => /[-.]spec\.tsx?$/.test(path),
    /^\s*(it|test|describe)\.only\b|^\s*f(it|describe)\(/,
    'leaves the others out',
  ),

  'nothing is said about the machine it was written on': linesOf(
    (path) => !path.startsWith('test/tidy'),
    /(^|[\s"'`=(:])\/(work|home|root|Users)\/\w|registry\.[\w-]+\.\w+|\/\/npm\.[\w-]+\.\w+/,
    'an absolute path or a registry host',
  ),

  'acronyms are written as words': linesOf(
    isCode,
    /^(?:export )?(?:default )?(?:abstract )?(?:class|interface|type|enum) \w*[A-Z]{2}/,
    'write ApiKey, JwtGuard, HttpProblem',
  ),

  'a file fits in the head': ({ path, text }) => {
    if (!isCode(path) || path.includes('/migrations/')) return [];
    const limit = path.startsWith('test/') || /[-.]spec\.tsx?$/.test(path) ? LINES_OF_TESTS : LINES;
    const lines = text.split('\n').length - 1;
    return lines > limit ? [`${lines} lines, ${limit} at most`] : [];
  },

  'a page opens with the question it answers': ({ path, text }) => {
    if (!/^docs\/.*\.md$/.test(path)) return [];
    const [heading = '', opening = ''] = text.split(/\n\s*\n/);
    return /^# .*\?$/.test(heading.trim()) || opening.trim().endsWith('?')
      ? []
      : ['neither title nor first paragraph asks'];
  },
} satisfies Record<string, Habit>;

function isSource(path: string): boolean {
  const name = path.split('/').at(-1)?.replace(/\..*$/, '');
  return /^(apps|libs|test|scripts|docs)\//.test(path) && name?.toUpperCase() !== name;
}

function isCode(path: string): boolean {
  return /\.(tsx?|mjs|cjs)$/.test(path);
}

/** A habit that no line matching `pattern` may break, in the files `applies` picks. */
function linesOf(applies: (path: string) => boolean, pattern: RegExp, why: string): Habit {
  return ({ path, text }) =>
    applies(path) ? text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`line ${at + 1}: ${why}`] : [])) : [];
}
