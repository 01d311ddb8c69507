// Loaded before writer.mjs and, by inheritance, before the database's worker: syncs fail while FAIL_WHEN exists.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const fsyncSync = fs.fsyncSync;
fs.fsyncSync = (descriptor) => {
  if (fs.existsSync(process.env.FAIL_WHEN)) throw new Error('the disk is gone');
  fsyncSync(descriptor);
};
syncBuiltinESMExports();
