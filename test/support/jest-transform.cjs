// Jest 30 can `require()` native ES modules only on Node >= 24.9. Nest 12 is ESM-only, and some of its
// add-ons (@nestjs/throttler 6.7) are CommonJS that require() it, so on Node 20 tests run as CommonJS:
// SWC compiles our TypeScript and every ES module under node_modules; CommonJS packages pass through untouched.
const { readFileSync, existsSync } = require('node:fs');
const { createHash } = require('node:crypto');
const { dirname, join } = require('node:path');
const swc = require('@swc/jest');

const ts = (tsx) =>
  swc.createTransformer({
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', tsx, decorators: true },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        useDefineForClassFields: false,
        react: { runtime: 'automatic', importSource: 'preact' },
      },
    },
    module: { type: 'commonjs' },
  });
const compileTs = ts(false);
const compileTsx = ts(true);
const compileJs = swc.createTransformer({
  jsc: { target: 'es2023', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
});

const types = new Map();
function isEsm(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  const walk = (dir) => {
    if (types.has(dir)) return types.get(dir);
    const pkg = join(dir, 'package.json');
    const v = existsSync(pkg)
      ? JSON.parse(readFileSync(pkg, 'utf8')).type === 'module'
      : dir === dirname(dir)
        ? false
        : walk(dirname(dir));
    types.set(dir, v);
    return v;
  };
  return walk(dirname(file));
}
const pick = (file) =>
  file.endsWith('.tsx') ? compileTsx : file.endsWith('.ts') ? compileTs : isEsm(file) ? compileJs : null;
module.exports = {
  canInstrument: true,
  getCacheKey: (src, file, o) =>
    pick(file)?.getCacheKey(src, file, o) ?? createHash('sha256').update(file).update('\0').update(src).digest('hex'),
  process: (src, file, o) => pick(file)?.process(src, file, o) ?? { code: src },
};
