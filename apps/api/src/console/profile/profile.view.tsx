import type { VNode } from 'preact';
import type { Browsing } from '../../auth/browser-sessions.js';
import type { Session } from '../../auth/session.entity.js';
import type { Filled } from '../frame/filled.js';
import { Form, TextField } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { SessionTable } from '../parts/session-table.js';

interface ProfileProps {
  visitor: Browsing;
  sessions: readonly Session[];
  filled: Filled;
}

export function ProfileView({ visitor, sessions, filled }: ProfileProps): VNode {
  const { username, email, person } = visitor;
  return (
    <>
      <Heading title={username} about={`${email} · ${person.role}`} />
      <section class="section">
        <h2>Sessions</h2>
        <SessionTable sessions={sessions} path="/dashboard/profile/sessions" />
      </section>
      <section class="section narrow">
        <h2>Change your password</h2>
        <Form action="/dashboard/profile/password" filled={filled} class="stack card">
          {/* For password managers, which would not know otherwise whose password it is. */}
          <input
            class="hidden"
            type="email"
            autocomplete="username"
            value={email}
            readonly
            tabindex={-1}
            aria-hidden="true"
          />
          <TextField
            name="current_password"
            label="Current password"
            type="password"
            autocomplete="current-password"
            required
          />
          <TextField
            name="new_password"
            label="New password"
            hint="12 to 128 characters. Ends every other session of yours."
            type="password"
            autocomplete="new-password"
            required
          />
          <div class="actions">
            <button class="primary">Change the password</button>
          </div>
        </Form>
      </section>
    </>
  );
}
