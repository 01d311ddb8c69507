import type { VNode } from 'preact';
import type { Session } from '../../auth/session.entity.js';
import { useFrame } from '../frame/frame.js';
import { Badge } from './badge.js';
import { Form } from './form.js';
import { Table } from './table.js';
import { Time } from './time.js';
import { agentInWords } from './user-agent.js';

interface SessionTableProps {
  /** The one used last first. */
  sessions: readonly Session[];
  /** Below which each session has a page to end it; absent: it is not for this visitor to end them. */
  path?: string;
}

/** Where somebody is signed in. */
export function SessionTable({ sessions, path }: SessionTableProps): VNode {
  const { browsing } = useFrame();
  return (
    <Table
      label="Sessions"
      rows={sessions}
      keyOf={({ id }) => id}
      columns={[
        {
          head: 'Where',
          isName: true,
          class: 'agent',
          cell: ({ userAgent }) => <span title={userAgent ?? undefined}>{agentInWords(userAgent)}</span>,
        },
        { head: 'Address', cell: ({ ipAddress }) => <code>{ipAddress ?? 'unknown'}</code> },
        { head: 'Signed in', cell: ({ createdAt }) => <Time at={createdAt} /> },
        { head: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
        {
          head: 'Action',
          class: 'end',
          cell: ({ id }) =>
            id === browsing?.person.sessionId ? (
              <Badge tone="good">This one</Badge>
            ) : (
              path !== undefined && (
                <Form action={`${path}/${id}/end`}>
                  <button>End</button>
                </Form>
              )
            ),
        },
      ]}
    />
  );
}
