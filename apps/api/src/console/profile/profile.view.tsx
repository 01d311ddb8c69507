import type { VNode } from 'preact';
import type { Browsing } from '../../auth/browser-sessions.js';
import type { Session } from '../../auth/session.entity.js';
import type { Filled } from '../frame/filled.js';
import { Badge } from '../parts/badge.js';
import { Form, TextField } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { Time } from '../parts/time.js';
import { agentInWords } from '../parts/user-agent.js';

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
        <div class="scroll" tabindex={0} role="region" aria-label="Sessions">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Where</th>
                <th scope="col">Address</th>
                <th scope="col">Signed in</th>
                <th scope="col">Last used</th>
                <th scope="col">
                  <span class="hidden">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <tr key={session.id}>
                  <th scope="row" class="agent" title={session.userAgent ?? undefined}>
                    {agentInWords(session.userAgent)}
                  </th>
                  <td>
                    <code>{session.ipAddress ?? 'unknown'}</code>
                  </td>
                  <td>
                    <Time at={session.createdAt} />
                  </td>
                  <td>
                    <Time at={session.lastUsedAt} />
                  </td>
                  <td class="end">
                    {session.id === person.sessionId ? (
                      <Badge tone="good">This one</Badge>
                    ) : (
                      <Form action={`/dashboard/profile/sessions/${session.id}/end`}>
                        <button>End</button>
                      </Form>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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
            label="The one you have"
            type="password"
            autocomplete="current-password"
            required
          />
          <TextField
            name="new_password"
            label="The new one"
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
