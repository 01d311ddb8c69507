const { readdirSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { default: TestSequencer } = require('@jest/test-sequencer');

/** Starts with the rooms, the largest first: what takes minutes must not be what everything else waits for in the end. */
module.exports = class RoomSequencer extends TestSequencer {
  sort(tests) {
    const sizes = new Map(tests.map((test) => [test, roomSize(test.path)]));
    return super.sort(tests).sort((a, b) => sizes.get(b) - sizes.get(a));
  }
};

/** Bytes of all that a room's file runs; 0 for other files. */
function roomSize(path) {
  if (!path.endsWith('room.e2e.ts')) return 0;
  const folder = dirname(path);
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
