import type { VNode } from 'preact';
import { KEY_ENVIRONMENTS } from '#domain';
import type { KeysConfig } from '../../config/config.js';
import type { Filled } from '../frame/filled.js';
import { Choices, Form, Select, TextArea, TextField } from '../parts/form.js';
import { Heading } from '../parts/heading.js';
import { More } from './key-form-more.view.js';
import { EXPIRY_DAYS } from './key-form.js';

/** What holds for a key that says nothing of it. */
export type Defaults = Pick<KeysConfig, 'ratePerMinute' | 'ratePerHour' | 'ratePerDay'>;

interface KeyFormProps {
  filled: Filled;
  /** The key that is changed; absent: a new one is made. */
  existing?: { readonly id: string; readonly name: string };
  /** Sent along, unseen. */
  hidden: Readonly<Record<string, string>>;
  defaults: Defaults;
}

export function KeyFormView({ filled, existing, hidden, defaults }: KeyFormProps): VNode {
  const path = existing ? `/dashboard/keys/${existing.id}` : '/dashboard/keys';
  return (
    <>
      <Heading
        title={existing ? `Edit ${existing.name}` : 'New key'}
        {...(!existing && { about: 'Its secret is shown once, on the next page.' })}
        up={existing ? { href: path, label: existing.name } : { href: path, label: 'Keys' }}
      />
      <Form action={existing ? `${path}/edit` : `${path}/new`} filled={filled} class="stack key-form">
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <section class="card stack">
          <h2>What it is</h2>
          <TextField
            name="name"
            label="Name"
            hint="For whoever reads the list: “billing worker”."
            maxlength={255}
            required
          />
          <TextArea name="description" label="Description" rows={2} />
          <div class="columns thirds">
            <Select
              name="environment"
              label="Environment"
              choices={[...KEY_ENVIRONMENTS].reverse().map((value) => ({ value, label: value }))}
            />
            <Expiry isEdit={existing !== undefined} />
          </div>
        </section>
        <section class="card stack">
          <h2>What it may do</h2>
          <Choices name="permissions" label="Permissions" choices={PERMISSIONS} isMany />
          <TextArea
            name="scopes"
            label="Scopes of your own"
            rows={2}
            placeholder={'invoices.send\nreports.*'}
            hint="One on each line. A * at the end means everything below."
          />
        </section>
        <Restrictions defaults={defaults} />
        <More isEdit={existing !== undefined} />
        <div class="actions">
          <button class="primary">{existing ? 'Save' : 'Make the key'}</button>
          <a href={path}>Cancel</a>
        </div>
      </Form>
    </>
  );
}

const PERMISSIONS = [
  { value: 'read', label: 'read', hint: 'GET and HEAD' },
  { value: 'write', label: 'write', hint: 'POST, PUT and PATCH' },
  { value: 'delete', label: 'delete', hint: 'DELETE' },
  { value: 'admin', label: 'admin', hint: 'the three together' },
];

function Expiry({ isEdit }: { isEdit: boolean }): VNode {
  const choices = [
    ...(isEdit ? [{ value: 'keep', label: 'as it is now' }] : []),
    ...EXPIRY_DAYS.map((days) => ({ value: String(days), label: `in ${days} days` })),
    { value: 'date', label: 'on a day of choice' },
    { value: 'never', label: 'never' },
  ];
  return (
    <>
      <Select name="expires" label="Expires" choices={choices} />
      <TextField
        name="expires_at"
        label="Day of choice, in UTC"
        type="datetime-local"
        hint="Counts with “on a day of choice” only."
      />
    </>
  );
}

function Restrictions({ defaults }: { defaults: Defaults }): VNode {
  return (
    <section class="card stack">
      <div>
        <h2>Where and how often</h2>
        <p class="muted small">One on each line; what is left empty does not restrict.</p>
      </div>
      <div class="columns thirds">
        <TextArea
          name="allowed_ips"
          label="Addresses"
          placeholder={'203.0.113.7\n10.0.0.0/8'}
          hint="IPv4 or IPv6, or a range."
        />
        <TextArea
          name="allowed_services"
          label="Services"
          placeholder="billing"
          hint="Names the service gives itself."
        />
        <TextArea
          name="allowed_user_agents"
          label="User agents"
          placeholder="billing-worker/"
          hint="Part of the User-Agent."
        />
      </div>
      <div class="columns thirds">
        <TextField
          name="rate_limit_per_minute"
          label="Uses a minute"
          type="number"
          min={1}
          max={10_000}
          placeholder={String(defaults.ratePerMinute)}
        />
        <TextField
          name="rate_limit_per_hour"
          label="Uses an hour"
          type="number"
          min={1}
          max={100_000}
          placeholder={String(defaults.ratePerHour)}
        />
        <TextField
          name="rate_limit_per_day"
          label="Uses a day"
          type="number"
          min={1}
          max={1_000_000}
          placeholder={String(defaults.ratePerDay)}
        />
      </div>
    </section>
  );
}
