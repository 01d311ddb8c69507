import type { VNode } from 'preact';
import { AUDIT_ACTIONS } from '../../audit/audit-action.js';
import type { Query } from '../frame/asked.decorator.js';
import type { Filled } from '../frame/filled.js';
import { useFrame } from '../frame/frame.js';
import { Filters } from '../parts/filters.js';
import { Select, TextField } from '../parts/form.js';
import { linkTo } from '../parts/pager.js';
import { actionInWords, LOGS } from './log-words.js';

const ACTIONS = [
  { value: '', label: 'Anything' },
  ...AUDIT_ACTIONS.map((value) => ({ value, label: actionInWords(value) })).sort((a, b) =>
    a.label < b.label ? -1 : 1,
  ),
];

interface LogFiltersProps {
  filled: Filled;
  filters: Query;
  isOfEverybody: boolean;
}

export function LogFilters({ filled, filters, isOfEverybody }: LogFiltersProps): VNode {
  return (
    <Filters
      path={LOGS}
      filled={filled}
      isFiltered={Object.keys(filters).length > 0}
      shortcuts={<Periods filters={filters} />}
    >
      <TextField
        name="q"
        label="Search"
        maxlength={255}
        placeholder="Endpoint, user agent, error, request id"
        spellcheck={false}
      />
      <Select name="action" label="What happened" choices={ACTIONS} />
      <TextField name="start_date" label="From" placeholder="2026-11-22 14:00" spellcheck={false} />
      <TextField name="end_date" label="To" placeholder="2026-11-22 15:00" spellcheck={false} />
      <TextField name="ip" label="Address" maxlength={45} spellcheck={false} />
      <TextField name="status_code" label="Answered" type="number" min={100} max={599} placeholder="403" />
      <TextField name="api_key_id" label="Key" placeholder="Its id" spellcheck={false} />
      {isOfEverybody && <TextField name="user_id" label="Person" placeholder="Their id" spellcheck={false} />}
    </Filters>
  );
}

/** The times that are asked for most, and everything else as it is. */
function Periods({ filters }: { filters: Query }): VNode {
  const { now } = useFrame();
  const since = (ms: number) => `${new Date(now - ms).toISOString().slice(0, 16)}Z`;
  return (
    <span class="periods">
      {PERIODS.map(([label, ms]) => (
        <a key={label} href={linkTo(LOGS, { ...filters, start_date: since(ms), end_date: '' })}>
          {label}
        </a>
      ))}
    </span>
  );
}

const HOUR_MS = 3_600_000;
const PERIODS = [
  ['Last hour', HOUR_MS],
  ['Last 24 hours', 24 * HOUR_MS],
  ['Last 7 days', 168 * HOUR_MS],
] as const;
