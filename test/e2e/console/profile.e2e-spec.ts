import { Browser, plain } from '../../support/browser.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();

describe('the profile', () => {
  it('lists the sessions of its person, and ends any but the one it is seen in', async () => {
    const person = await app.person();
    const browser = await new Browser(app.url).signIn(person);
    const other = await new Browser(app.url).signIn(person);
    const { text } = await browser.get('/dashboard/profile');
    expect(plain(text)).toContain('This one');
    const [, end = ''] = /action="(\/dashboard\/profile\/sessions\/[^"]+\/end)"/.exec(text) ?? [];
    await browser.submitAndFollow(end);
    expect(await other.get('/dashboard')).toMatchObject({ status: 303 });
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
  });

  it('changes the password, which ends every other session', async () => {
    const person = await app.person();
    const browser = await new Browser(app.url).signIn(person);
    const other = await new Browser(app.url).signIn(person);
    await browser.get('/dashboard/profile');
    const password = 'another fine passphrase';
    const fields = { current_password: person.password, new_password: password };
    await browser.submitAndFollow('/dashboard/profile/password', fields);
    expect(await other.get('/dashboard')).toMatchObject({ status: 303 });
    expect(await browser.get('/dashboard')).toMatchObject({ status: 200 });
    await other.signIn({ email: person.email, password });
    expect(await other.get('/dashboard')).toMatchObject({ status: 200 });
  });

  it('says what is wrong with a password, and shows none', async () => {
    const person = await app.person();
    const browser = await new Browser(app.url).signIn(person);
    await browser.get('/dashboard/profile');
    const path = '/dashboard/profile/password';
    const wrong = await browser.submit(path, { current_password: 'not it', new_password: 'another fine passphrase' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).not.toMatch(/not it|another fine/);
    const weak = await browser.submit(path, { current_password: person.password, new_password: 'weak' });
    expect([weak.status, plain(weak.text).includes('New password must')]).toEqual([422, true]);
  });
});
