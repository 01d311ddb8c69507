import type { VNode } from 'preact';
import type { ResponsePolicyDto } from '../../anomaly/responses/response-policy.dto.js';
import type { Filled } from '../frame/filled.js';
import { NUMBER } from '../parts/chart.js';
import { Fact, Facts } from '../parts/facts.js';
import { Choices, Form, Select } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { Time, TimeOr } from '../parts/time.js';
import { ALERTS } from './alert-words.js';

export function ResponsesView({ report, filled }: { report: ResponsePolicyDto; filled: Filled }): VNode {
  return (
    <>
      <Heading
        title="What is done about alerts"
        about="All are told. A key can be throttled or suspended too, by itself and at once."
        up={{ href: ALERTS, label: 'Alerts' }}
      />
      <div class="columns">
        <Form action={`${ALERTS}/responses`} filled={filled} class="card stack">
          <Choices name="mode" label="By itself" choices={MODES} />
          <Select name="medium" label="Medium" hint="Rests on the number of requests alone." choices={MILD} />
          <Select name="high" label="High" choices={ALL} />
          <Select name="critical" label="Critical" choices={ALL} />
          <Choices name="last_key" label="The last key" choices={LAST_KEY} isMany />
          <div class="actions">
            <button class="primary">Save</button>
          </div>
        </Form>
        <div class="card">
          <h2>What came of it</h2>
          <Facts>
            <Fact label="Since">
              <TimeOr at={report.mode_since} otherwise="Nobody has switched it on" />
            </Fact>
            <Fact label="Throttled">
              {keys(report.throttled)}, in a dry run {NUMBER.format(report.would_have_throttled)}
            </Fact>
            <Fact label="Suspended">
              {keys(report.suspended)}, in a dry run {NUMBER.format(report.would_have_suspended)}
            </Fact>
            <Fact label="Held back">{NUMBER.format(report.held_back)}</Fact>
            <Fact label="Circuit breaker">
              {keys(report.keys_an_hour)} an hour, one in a hundred
              {report.breaker_tripped_at !== null && (
                <>
                  ; held back others <Time at={report.breaker_tripped_at} />
                </>
              )}
            </Fact>
          </Facts>
        </div>
      </div>
    </>
  );
}

function keys(count: number): string {
  return `${NUMBER.format(count)} ${count === 1 ? 'key' : 'keys'}`;
}

const MODES = [
  { value: 'off', label: 'Nothing' },
  { value: 'dry_run', label: 'A dry run', hint: 'Each alert says what would have been done. Nothing is.' },
  { value: 'act', label: 'Act', hint: 'Only what there was a dry run of.' },
];
const MILD = [
  { value: 'notify', label: 'Nothing more' },
  { value: 'throttle', label: 'Throttle for an hour' },
];
const ALL = [...MILD, { value: 'suspend', label: 'Suspend until undone' }];
const LAST_KEY = [{ value: 'suspends', label: 'Suspend also the last key of somebody, or of a service' }];
