const { readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { default: TestSequencer } = require('@jest/test-sequencer');

/** Starts with the rooms, the longest first: what takes minutes must not be what everything else waits for in the end. */
module.exports = class RoomSequencer extends TestSequencer {
  sort(tests) {
    const sizes = new Map(tests.map((test) => [test, roomSize(test.path)]));
    return super.sort(tests).sort((a, b) => sizes.get(b) - sizes.get(a));
  }
};

/** How often a test of a server that is started, killed and started again waits for it, beside others of its length. */
const SERVER_WEIGHT = 10;

/** Bytes of all that a room's file runs, those about a server process counted several times; 0 for other files. */
function roomSize(path) {
  if (!path.endsWith('room.e2e.ts')) return 0;
  const folder = dirname(path);
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return texts.reduce((sum, text) => sum + text.length * (text.includes('ServerProcess') ? SERVER_WEIGHT : 1), 0);
}
