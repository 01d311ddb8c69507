import type { VNode } from 'preact';
import {
  type InsightsDto,
  type KeyNeedingRotationDto,
  type MeantKeyDto,
  type RecommendationDto,
} from '../../insights/insights.dto.js';
import type { RecommendationKind } from '../../insights/recommendation.js';
import { SeverityBadge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { Form } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { linkTo } from '../parts/pager.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { inWords } from '../parts/words.js';
import { DigestView } from './digest.view.js';
import { pageFor } from './suggested-page.js';

export const INSIGHTS = '/dashboard/insights';

interface InsightsProps {
  insights: InsightsDto;
  /** The only kind that was asked for. */
  kind: RecommendationKind | undefined;
  page: number;
  mayWrite: boolean;
}

export function InsightsView({ insights, kind, page, mayWrite }: InsightsProps): VNode {
  const { keys_needing_rotation: rotations, recommendations, recommendation_counts: counts } = insights;
  const isNothing = rotations.length === 0 && recommendations.length === 0;
  return (
    <>
      <Heading
        title="Advice"
        about={`From what is on record of ${NUMBER.format(insights.total_keys)} keys, ${NUMBER.format(insights.active_keys)} of which work now.`}
      />
      <Kinds counts={counts} kind={kind} />
      {isNothing && (
        <Empty title={page > 1 ? 'That was all' : 'There is nothing to advise'}>
          <p class="muted">
            Keys that nobody uses, that may do more than they need, or whose secret is old, would be named here, with
            what to do about each.
          </p>
        </Empty>
      )}
      {kind === undefined && page === 1 && insights.digest && <DigestView digest={insights.digest} />}
      {kind === undefined && rotations.length > 0 && <Rotations insights={insights} mayWrite={mayWrite} />}
      {recommendations.length > 0 && (
        <section class="section">
          <h2>What would make keys safer</h2>
          <Recommendations recommendations={recommendations} mayWrite={mayWrite} />
        </section>
      )}
      <MorePages insights={insights} kind={kind} page={page} />
      {insights.unknown.length > 0 && <p class="section muted small">{insights.unknown.join(' ')}</p>}
    </>
  );
}

function Kinds({
  counts,
  kind,
}: {
  counts: InsightsDto['recommendation_counts'];
  kind: RecommendationKind | undefined;
}) {
  const some = counts.filter((each) => each.count > 0);
  if (some.length === 0 && kind === undefined) return null;
  return (
    <nav class="periods" aria-label="Which advice">
      <a href={INSIGHTS} aria-current={kind === undefined ? 'page' : undefined}>
        All
      </a>
      {some.map(({ kind: each, count, is_exact: isExact }) => (
        <a key={each} href={linkTo(INSIGHTS, { kind: each })} aria-current={each === kind ? 'page' : undefined}>
          {inWords(each)} {NUMBER.format(count)}
          {!isExact && ' or more'}
        </a>
      ))}
    </nav>
  );
}

function Rotations({ insights, mayWrite }: Pick<InsightsProps, 'insights' | 'mayWrite'>): VNode {
  const { keys_needing_rotation: rotations, keys_needing_rotation_total: total } = insights;
  return (
    <section class="section">
      <h2>
        {NUMBER.format(total)} {total === 1 ? 'key needs' : 'keys need'} another secret
      </h2>
      <Table
        label="Keys that need another secret"
        rows={rotations}
        keyOf={({ key_id }) => key_id}
        columns={[
          { head: 'Key', isName: true, class: 'name', cell: (key) => <KeyName meant={key} /> },
          { head: 'Why', cell: ({ reasons }) => reasons.map((reason) => REASONS[reason]).join(', ') },
          { head: 'Secret made', cell: ({ secret_since: at }) => <Time at={at} /> },
          { head: 'Overdue since', cell: ({ since }) => <Time at={since} /> },
          { head: 'What to do', class: 'end', cell: ({ call }) => mayWrite && <Way call={call} /> },
        ]}
      />
    </section>
  );
}

const REASONS: Readonly<Record<KeyNeedingRotationDto['reasons'][number], string>> = {
  policy: 'its policy',
  age: 'the age of its secret',
  expiry: 'it expires soon',
};

function Recommendations({
  recommendations,
  mayWrite,
}: {
  recommendations: readonly RecommendationDto[];
  mayWrite: boolean;
}) {
  return (
    <Table
      label="Recommendations"
      rows={recommendations}
      keyOf={({ key_id, kind }) => `${kind}-${key_id}`}
      columns={[
        { head: 'Key', isName: true, class: 'name', cell: (meant) => <KeyName meant={meant} /> },
        {
          head: 'Advice',
          class: 'sentence',
          cell: ({ observed, advised }) => (
            <>
              {advised}
              <span class="below">{observed}</span>
            </>
          ),
        },
        {
          head: 'How bad',
          cell: ({ severity }) => <SeverityBadge severity={severity} />,
        },
        { head: 'Since', cell: ({ since }) => <Time at={since} /> },
        {
          head: 'What to do',
          class: 'end',
          cell: ({ key_id: id, call }) =>
            mayWrite && (
              <>
                <Narrow id={id} offered={call?.body ?? {}} />
                <Way call={call ?? { method: 'PUT', path: `/api/v1/keys/${id}` }} />
              </>
            ),
        },
      ]}
    />
  );
}

function KeyName({ meant: { key_id: id, key_name: name, key_prefix: prefix } }: { meant: MeantKeyDto }): VNode {
  return (
    <>
      <a href={`/dashboard/keys/${id}`}>{name}</a>
      <span class="below">
        <code>{prefix}…</code>
      </span>
    </>
  );
}

/** One click for advice that is a list; whoever wants another list edits the key. */
function Narrow({ id, offered }: { id: string; offered: Record<string, unknown> }): VNode | null {
  const { permissions, allowed_ips: addresses } = offered;
  const [name, list] = Array.isArray(permissions) ? ['permissions', permissions] : ['allowed_ips', addresses];
  if (!Array.isArray(list)) return null;
  return (
    <Form action={`${INSIGHTS}/${id}/narrow`}>
      {list.map((item) => (
        <input key={String(item)} type="hidden" name={name} value={String(item)} />
      ))}
      <button>{name === 'permissions' ? 'Allow only these' : 'Allow only from there'}</button>
    </Form>
  );
}

function Way({ call }: { call: Pick<KeyNeedingRotationDto['call'], 'method' | 'path'> }): VNode {
  const { label, href } = pageFor(call);
  return <a href={href}>{label}</a>;
}

function MorePages({ insights, kind, page }: Pick<InsightsProps, 'insights' | 'kind' | 'page'>): VNode | null {
  const { recommendation_counts: counts, keys_needing_rotation_total: rotations } = insights;
  const most = Math.max(rotations, ...counts.map(({ count }) => count));
  const to = (other: number) => linkTo(INSIGHTS, { kind: kind ?? '', ...(other > 1 && { page: String(other) }) });
  if (page === 1 && most <= LIMIT) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="actions">
        {page > 1 && (
          <a class="button" rel="prev" href={to(page - 1)}>
            Previous
          </a>
        )}
        {page * LIMIT < most && (
          <a class="button" rel="next" href={to(page + 1)}>
            Next
          </a>
        )}
      </span>
    </nav>
  );
}

/** Of each list, as the room has it unless asked otherwise. */
const LIMIT = 10;
