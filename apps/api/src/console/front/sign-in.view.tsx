import type { VNode } from 'preact';
import type { Filled } from '../frame/filled.js';
import { Form, TextField } from '../parts/form.js';
import { Icon } from '../parts/icon.js';

interface SignInProps {
  filled: Filled;
  next: string;
  keepsCookies: boolean;
  isRegistrationOpen: boolean;
}

export function SignInView({ filled, next, keepsCookies, isRegistrationOpen }: SignInProps): VNode {
  return (
    <>
      <h1>Sign in</h1>
      {!keepsCookies && <PlainHttp />}
      <Form action="/login" filled={filled} class="stack card">
        <input type="hidden" name="next" value={next} />
        <TextField name="email" label="E-mail address" type="email" autocomplete="username" required />
        <TextField name="password" label="Password" type="password" autocomplete="current-password" required />
        <button class="primary">Sign in</button>
      </Form>
      {isRegistrationOpen && (
        <p class="muted">
          No account yet? <a href="/register">Make one</a>.
        </p>
      )}
    </>
  );
}

export function PlainHttp(): VNode {
  return (
    <p class="refusal" role="alert">
      <Icon name="alert" />
      <span>
        You reached this server over plain http, where anybody on the way could read your password, so your browser will
        not keep you signed in. Open the console over https, or as http://localhost on the machine it runs on.
      </span>
    </p>
  );
}
