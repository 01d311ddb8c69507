import { type Newcomer } from '../../support/first-admin.js';
import { type Receiver } from '../../support/receiver.js';
import { ServerProcess, type ServerOptions } from '../../support/server-process.js';
import { type LiveKey, liveKeys } from './keys.js';
import { mistakeKeys } from './mistakes.js';
import { livePages } from './pages.js';
import { livePeople } from './people.js';
import { letDaysPass, makeRotatingKeys, pickUpSecrets } from './pick-ups.js';
import { filesUnder, type Part, processFacts } from './places.js';
import { type Planted } from './planted.js';
import { readEverything } from './reports.js';
import { liveWebhooks } from './webhooks.js';
import { Witness } from './witness.js';

/** What two processes of one server, the first of them killed, have left. */
export interface Life {
  readonly log: readonly string[];
  readonly heard: readonly string[];
  readonly facts: readonly Part[];
  /** The data folder as the kill left it. */
  readonly killed: readonly Part[];
  /** A key whose uses were still in the spool then. */
  readonly lastUsed: LiveKey;
}

/** What the first administrator is greeted with: meant for whoever started the server, and no part of the log. */
const GREETING = /One-time password\s+\S+/;
/** Has its own place, and is what it is for. */
export const SECRETS_FILE = 'secrets.env';

/** The life of a server on which people, keys and webhooks do all they can, through a kill and a restart. */
export async function live(
  planted: Planted,
  options: ServerOptions,
  receiver: Receiver,
  firstAdminOf: (server: ServerProcess) => Promise<Newcomer>,
): Promise<Life> {
  const first = await ServerProcess.start(options);
  const admin = await firstAdminOf(first);
  planted.plant('first admin one-time password', admin.password);
  const witness = new Witness(first.url);
  const token = await livePeople(witness, planted, admin);
  await livePages(witness, planted);
  await liveWebhooks(witness, planted, token, receiver);
  const keys = await liveKeys(witness, planted, token);
  await makeRotatingKeys(witness, planted, token);
  await receiver.until((heard) => (heard.length > 0 ? true : undefined));
  await mistakeKeys(witness, planted, token, keys);
  await readEverything(witness, token);
  const facts = processFacts(first.pid);
  // Not yet in the database when the process is gone.
  const [lastUsed] = keys;
  if (!lastUsed) throw new Error('No key is left');
  const used = { headers: { 'x-api-key': lastUsed.secret, 'user-agent': lastUsed.secret } };
  await Promise.all(keys.map(() => witness.call('GET', '/api/v1/verify', used)));
  await first.kill();
  const killed = filesUnder(options.dataDir, [SECRETS_FILE]);

  await letDaysPass(options);
  const second = await ServerProcess.start(options);
  witness.url = second.url;
  await pickUpSecrets(witness, planted, token, receiver);
  await readEverything(witness, token);
  facts.push(...processFacts(second.pid));
  await second.stop();
  const log = [first.output.replace(GREETING, ''), second.output];
  return { log, heard: witness.heard, facts, killed, lastUsed };
}
