import type { VNode } from 'preact';
import type { User } from '../../auth/user.entity.js';
import type { PageQueryDto } from '../../http/page.dto.js';
import { Badge } from '../parts/badge.js';
import { Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Pager } from '../parts/pager.js';
import { Table } from '../parts/table.js';
import { Time, TimeOr } from '../parts/time.js';

export const PEOPLE = '/dashboard/people';

interface PeopleProps {
  people: readonly User[];
  query: PageQueryDto;
  total: number;
}

/** There is always somebody: whoever looks. */
export function PeopleView({ people, query, total }: PeopleProps): VNode {
  return (
    <>
      <Heading title="People" about="Who can sign in here, and what their role lets them do.">
        <a class="button primary" href={`${PEOPLE}/new`}>
          <Icon name="plus" />
          New person
        </a>
      </Heading>
      <Table
        label="People"
        rows={people}
        keyOf={({ id }) => id}
        columns={[
          {
            head: 'Name',
            isName: true,
            class: 'name',
            cell: ({ id, username, email }) => (
              <>
                <a href={`${PEOPLE}/${id}`}>{username}</a>
                <span class="below">{email}</span>
              </>
            ),
          },
          { head: 'Role', cell: ({ role }) => role },
          { head: 'State', cell: (person) => <PersonState person={person} /> },
          { head: 'Last signed in', cell: ({ lastLoginAt }) => <TimeOr at={lastLoginAt} otherwise="Never" /> },
          { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
      />
      <Pager path={PEOPLE} query={{}} page={query.page} pageSize={query.page_size} total={total} things="people" />
    </>
  );
}

export function PersonState({ person }: { person: User }): VNode {
  if (!person.isActive) return <Badge tone="bad">Deactivated</Badge>;
  if (person.passwordIsOneTime) return <Badge tone="warn">Has a one-time password</Badge>;
  return <Badge tone="good">Active</Badge>;
}
