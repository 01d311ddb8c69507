import type { VNode } from 'preact';
import type { Filled } from '../frame/filled.js';
import { Choices, Form, TextField } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { OneTimeSecret } from '../reveal/one-time-secret.js';
import { PEOPLE } from './people.view.js';
import { ROLES_IN_WORDS } from './person-words.js';

/** @param nonce the same however often the form is sent, so that one account is made. */
export function NewPersonView({ filled, nonce }: { filled: Filled; nonce: string }): VNode {
  return (
    <>
      <Heading
        title="New person"
        about="They get a one-time password, shown to you on the next page. It signs them in once, to choose their own."
        up={{ href: PEOPLE, label: 'People' }}
      />
      <Form action={`${PEOPLE}/new`} filled={filled} class="stack narrow">
        <input type="hidden" name="nonce" value={nonce} />
        <div class="card stack">
          <TextField name="email" label="E-mail address" type="email" autocomplete="off" required />
          <TextField
            name="username"
            label="Username"
            hint="3 to 50 letters, digits and underscores."
            autocomplete="off"
            spellcheck={false}
            required
          />
          <Choices name="role" label="Role" choices={ROLES_IN_WORDS} />
        </div>
        <div class="actions">
          <button class="primary">Make the account</button>
          <a href={PEOPLE}>Cancel</a>
        </div>
      </Form>
    </>
  );
}

export function PasswordView({ id, password }: { id: string; password: string }): VNode {
  return (
    <>
      <Heading title="One-time password" about="Give it to the new person, in a way that nobody else can read." />
      <OneTimeSecret secret={password} label="the password">
        It signs in once, and then only serves to choose another.
      </OneTimeSecret>
      <p class="section actions">
        <a class="button primary" href={`${PEOPLE}/${id}`}>
          I have passed it on
        </a>
      </p>
    </>
  );
}
