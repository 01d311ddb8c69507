/** Loaded before a server, which then answers as always and records no use: what is left is what recording costs. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../../support/server-process.js';

const built = join(repositoryRoot(), 'dist/apps/api/src/usage/usage-recorder.js');
const { UsageRecorder } = (await import(pathToFileURL(built).href)) as {
  UsageRecorder: { prototype: { record: () => void } };
};
UsageRecorder.prototype.record = () => undefined;
