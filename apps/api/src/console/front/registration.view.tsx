import type { VNode } from 'preact';
import type { Filled } from '../frame/filled.js';
import { Form, TextField } from '../parts/form.js';
import { PlainHttp } from './sign-in.view.js';

export function RegistrationView({ filled, keepsCookies }: { filled: Filled; keepsCookies: boolean }): VNode {
  return (
    <>
      <h1>Make an account</h1>
      {!keepsCookies && <PlainHttp />}
      <Form action="/register" filled={filled} class="stack card">
        <TextField name="email" label="E-mail address" type="email" autocomplete="username" required />
        <TextField
          name="username"
          label="Username"
          hint="3 to 50 letters, digits and underscores."
          autocomplete="nickname"
          required
        />
        <TextField
          name="password"
          label="Password"
          hint="12 to 128 characters. A few words that do not belong together are good and easy to remember."
          type="password"
          autocomplete="new-password"
          required
        />
        <button class="primary">Make the account</button>
      </Form>
      <p class="muted">
        You have one? <a href="/login">Sign in</a>.
      </p>
    </>
  );
}
