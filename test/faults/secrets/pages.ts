import { Browser } from '../../support/browser.js';
import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

const SESSION = '__Host-akm';
const REVEAL = '__Host-akm-reveal';
const KEY = /akm_(?:live|stg|dev)_[A-Za-z0-9]{49}/;

/** What people do with passwords, cookies and new keys in a browser. Left out are the page that shows a new secret, and its form. */
export async function livePages(witness: Witness, planted: Planted): Promise<void> {
  const browser = new Browser(witness.url);
  const see = async (path: string) => witness.heard.push((await browser.get(path)).text);
  const person = { email: 'pages@example.com', password: planted.fresh('password in a form') };
  await see('/register');
  await browser.submitAndFollow('/register', { ...person, username: 'pages' });
  await see('/login');
  const wrong = await browser.submit('/login', { ...person, password: planted.fresh('wrong password in a form') });
  witness.heard.push(wrong.text);
  await browser.submitAndFollow('/login', person);
  planted.plant('cookie of a session', browser.cookies.get(SESSION));
  // The form that makes a secret has half of the key that seals it.
  await browser.get('/dashboard/keys/new');
  const meta = JSON.stringify({ token: planted.fresh('secret meta in a form') });
  const fields = { name: 'from a form', permissions: 'read', secret_meta: meta };
  const { location } = await browser.submit('/dashboard/keys/new', fields);
  planted.plant('half of the key that seals a new secret', browser.cookies.get(REVEAL));
  const made = await browser.get(location);
  planted.plant('key from a form', KEY.exec(made.text)?.[0]);
  const key = location.replace(/\/secret$/, '');
  for (const path of [location, key, `${key}/edit`, `${key}/rotate`, '/dashboard/keys', '/dashboard']) await see(path);
  await rotateTicked(browser, planted, key.replace(/^.*\//, ''));
  await see('/dashboard/profile');
  const change = { current_password: person.password, new_password: planted.fresh('new password in a form') };
  await browser.submitAndFollow('/dashboard/profile/password', change);
  await see('/dashboard/profile');
}

/** As many as were ticked, which is one here. Left out, too, are the form and the page that shows the new secrets. */
async function rotateTicked(browser: Browser, planted: Planted, id: string): Promise<void> {
  await browser.get(`/dashboard/keys/rotate?ids=${id}`);
  const { location } = await browser.submit('/dashboard/keys/rotate', { id, grace_period_hours: '24' });
  planted.plant('half of the key that seals new secrets', browser.cookies.get(REVEAL));
  planted.plant('key from a rotation of several', KEY.exec((await browser.get(location)).text)?.[0]);
}
