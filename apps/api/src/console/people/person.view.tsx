import type { VNode } from 'preact';
import type { Session } from '../../auth/session.entity.js';
import type { User } from '../../auth/user.entity.js';
import type { Filled } from '../frame/filled.js';
import { Copyable } from '../parts/copyable.js';
import { Fact, Facts } from '../parts/facts.js';
import { Choices, Form } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { linkTo } from '../parts/pager.js';
import { SessionTable } from '../parts/session-table.js';
import { Time, TimeOr } from '../parts/time.js';
import { PEOPLE, PersonState } from './people.view.js';
import { ROLES_IN_WORDS } from './person-words.js';

interface PersonProps {
  person: User;
  /** Those that run, the one used last first. */
  sessions: readonly Session[];
  /** What was wrong with the last thing that was asked for. */
  filled: Filled;
  isVisitor: boolean;
  isLastAdmin: boolean;
  mayChange: boolean;
}

export function PersonView({ person, sessions, filled, isVisitor, isLastAdmin, mayChange }: PersonProps): VNode {
  const { id, username, email } = person;
  return (
    <>
      <Heading title={username} about={email} up={{ href: PEOPLE, label: 'People' }}>
        <a class="button" href={linkTo('/dashboard/keys', { owner_id: id })}>
          Their keys
        </a>
        <a class="button" href={linkTo('/dashboard/logs', { user_id: id })}>
          Their log
        </a>
      </Heading>
      <p class="states">
        <PersonState person={person} />
        {isVisitor && <span class="muted">This is you.</span>}
        <Copyable text={id} label="the id" />
      </p>
      <div class="columns">
        <section class="card">
          <h2>Account</h2>
          <Facts>
            <Fact label="Role">{person.role}</Fact>
            <Fact label="Last signed in">
              <TimeOr at={person.lastLoginAt} otherwise="Never" />
            </Fact>
            <Fact label="Made">
              <Time at={person.createdAt} />
            </Fact>
            <Fact label="Password">
              {person.passwordIsOneTime ? 'the one-time password they were given' : 'their own'}
            </Fact>
          </Facts>
        </section>
        {mayChange && (
          <div class="stack">
            {isLastAdmin && <LastAdmin username={username} />}
            <RoleForm person={person} filled={filled} isVisitor={isVisitor} isLastAdmin={isLastAdmin} />
            {!isLastAdmin && <Access person={person} isVisitor={isVisitor} />}
          </div>
        )}
      </div>
      <section class="section">
        <h2>Sessions</h2>
        {sessions.length === 0 ? (
          <p class="muted">They are signed in nowhere.</p>
        ) : (
          <SessionTable sessions={sessions} {...(mayChange && { path: `${PEOPLE}/${id}/sessions` })} />
        )}
      </section>
    </>
  );
}

function LastAdmin({ username }: { username: string }): VNode {
  return (
    <p class="caution">
      <Icon name="alert" />
      <span>
        {username} is the only administrator who can sign in. Make somebody else admin first: without one, nobody could
        let people in or change their roles.
      </span>
    </p>
  );
}

function RoleForm({
  person: { id },
  filled,
  isVisitor,
  isLastAdmin,
}: Omit<PersonProps, 'sessions' | 'mayChange'>): VNode {
  return (
    <Form action={`${PEOPLE}/${id}/role`} filled={filled} class="card stack">
      <Choices name="role" label="Role" choices={ROLES_IN_WORDS} />
      <p class="hint">
        Takes effect with the next request, in open sessions too. Keys of theirs that call akm itself can do no more
        than the role lets them.{isVisitor && ' You cannot give yourself the role of an administrator back.'}
      </p>
      <div class="actions">
        <button disabled={isLastAdmin}>Change the role</button>
      </div>
    </Form>
  );
}

function Access({ person: { id, username, isActive }, isVisitor }: Pick<PersonProps, 'person' | 'isVisitor'>): VNode {
  if (!isActive) {
    return (
      <Form action={`${PEOPLE}/${id}/activate`} class="card stack">
        <h2>Let them in again</h2>
        <p class="muted">{username} can sign in with the password they had, and their keys are accepted again.</p>
        <div class="actions">
          <button>Activate</button>
        </div>
      </Form>
    );
  }
  return (
    <Form action={`${PEOPLE}/${id}/deactivate`} class="card stack">
      <h2>Shut them out</h2>
      <p class="muted">
        Ends every session {isVisitor ? 'of yours, this one too,' : 'of theirs'} at once, and nobody can sign in with
        this account. Their keys are refused until they are let in again; nothing is deleted.
      </p>
      <div class="actions">
        <button class="danger">Deactivate</button>
      </div>
    </Form>
  );
}
