import type { VNode } from 'preact';
import type { LogVerificationDto } from '../../audit/log-proofs.dto.js';
import type { KeptCheckpoint } from '../../log-tree/checkpoints.js';
import { NUMBER } from '../parts/chart.js';
import { CodeBlock } from '../parts/copyable.js';
import { Fact, Facts } from '../parts/facts.js';
import { Empty, Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { LOGS } from './log-words.js';

const UP = { href: LOGS, label: 'Log' };

interface LogIntegrityProps {
  checkpoint: KeptCheckpoint | null;
  verifierKey: string;
}

/** What has been signed, and how anybody can check it. */
export function LogIntegrityView({ checkpoint, verifierKey }: LogIntegrityProps): VNode {
  return (
    <>
      <Heading
        title="Is the log complete?"
        about="Every entry has its place in a hash tree, and akm signs what the tree comes to. An entry that is changed, moved or taken out afterwards no longer fits."
        up={UP}
      >
        {checkpoint && (
          <a class="button primary" href={`${LOGS}/verification`}>
            Verify all of it now
          </a>
        )}
      </Heading>
      {checkpoint ? (
        <>
          <p>
            {NUMBER.format(checkpoint.size)} entries are signed. Verifying reads each of them, which takes some seconds
            for every hundred thousand.
          </p>
          <section class="section">
            <h2>The newest checkpoint</h2>
            <p class="muted">
              Keep a copy elsewhere now and then. With one, nobody can cut off the end of the log, or replace all of it,
              without being found out.
            </p>
            <CodeBlock label="the newest checkpoint" code={checkpoint.note} />
          </section>
        </>
      ) : (
        <Empty title="Nothing is signed yet">
          <p class="muted">The first entry of the log is signed within a second.</p>
        </Empty>
      )}
      <section class="section">
        <h2>Check it without this server</h2>
        <p class="muted">
          The command line reads the database, or an export of the whole log, and needs nothing else but this key.
        </p>
        <div class="stack">
          <CodeBlock label="the verifier key" code={verifierKey} />
          <CodeBlock label="the command" code="akm audit verify" />
        </div>
      </section>
    </>
  );
}

interface LogProgressProps {
  done: number;
  size: number;
  /** Of this page. */
  href: string;
}

/** How far it is. The browser looks again by itself; who has switched that off follows the link. */
export function LogProgressView({ done, size, href }: LogProgressProps): VNode {
  const percent = size === 0 ? 0 : Math.floor((done / size) * 100);
  return (
    <>
      <Heading
        title="Reading the log"
        about="Every entry is read and compared with what was signed. This page looks again by itself, and you may leave it meanwhile."
        up={{ href: `${LOGS}/integrity`, label: 'Is the log complete?' }}
      />
      <section class="card stack" role="status">
        <progress class="progress" value={done} max={Math.max(size, 1)} aria-label="Places of the log that are read" />
        <p>
          {NUMBER.format(done)} of {NUMBER.format(size)} places are read, which is {percent} %.
        </p>
      </section>
      <p class="section actions">
        <a class="button" href={href}>
          Look again
        </a>
      </p>
    </>
  );
}

interface LogVerificationProps {
  report: LogVerificationDto;
  title: string;
  /** When the reading of it was begun. */
  readAt: Date;
}

/** What came of reading all of it. */
export function LogVerificationView({ report, title, readAt }: LogVerificationProps): VNode {
  return (
    <>
      <Heading title={title} up={{ href: `${LOGS}/integrity`, label: 'Is the log complete?' }}>
        <a class="button" href={`${LOGS}/verification`}>
          Verify again
        </a>
      </Heading>
      <p class={report.valid ? 'notice' : 'refusal'} role="status">
        <Icon name={report.valid ? 'check' : 'alert'} />
        {report.valid
          ? 'Every entry was read, and each is what it was when it was added.'
          : 'Keep a copy of the database as it is, and do not restore anything over it: the entries below say where to look.'}
      </p>
      <section class="card">
        <Facts>
          <Fact label="Read">
            <Time at={readAt} />
          </Fact>
          <Fact label="Places in the log">{NUMBER.format(report.size)}</Fact>
          <Fact label="Vouched for by a signature">the first {NUMBER.format(report.signed_size)}</Fact>
          <Fact label="Entries read and right">{NUMBER.format(report.entries)}</Fact>
          <Fact label="Of these without their person, as was asked for">{NUMBER.format(report.redacted)}</Fact>
          <Fact label="Left when their time was over">{NUMBER.format(report.retired)}</Fact>
          <Fact label="Checkpoints compared">{NUMBER.format(report.checkpoints)}</Fact>
        </Facts>
      </section>
      {report.faults.length > 0 && (
        <section class="section">
          <h2>What is wrong, the first first</h2>
          <Table
            label="Faults"
            rows={report.faults}
            keyOf={({ kind, leaf, to, id }) => `${kind}-${leaf}-${to}-${id ?? ''}`}
            columns={[
              { head: 'Place', cell: ({ leaf }) => NUMBER.format(leaf) },
              { head: 'What', isName: true, class: 'name', cell: ({ detail }) => detail },
              { head: 'Entry', cell: ({ id }) => id !== null && <a href={`${LOGS}/${id}`}>{id}</a> },
            ]}
          />
        </section>
      )}
    </>
  );
}
