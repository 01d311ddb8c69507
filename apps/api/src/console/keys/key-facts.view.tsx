import type { ComponentChildren, VNode } from 'preact';
import type { User } from '../../auth/user.entity.js';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import type { RefillDto } from '../../keys/credits.dto.js';
import { useFrame } from '../frame/frame.js';
import { NUMBER } from '../parts/chart.js';
import { Form } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { linkTo } from '../parts/pager.js';
import { Time, TimeOr } from '../parts/time.js';
import { effectivePermissions } from './effective-permissions.js';

/** What a key may do, where, how often and for how long. */
export function KeyFacts({ shown, owner }: { shown: ApiKeyDto; owner: User }): VNode {
  const { browsing } = useFrame();
  return (
    <section class="section columns">
      <div class="card">
        <h2>May do</h2>
        <dl class="facts permissions">
          {effectivePermissions(shown.permissions, owner.role).map(({ permission, means, isEffective }) => (
            <div key={permission} class={isEffective ? undefined : 'ineffective'}>
              <dt>
                <code>{permission}</code>
              </dt>
              <dd>
                {!isEffective && <Icon name="alert" />} {means}
              </dd>
            </div>
          ))}
        </dl>
        {shown.permissions.length === 0 && <p class="muted">Nothing: it has no permission.</p>}
        <dl class="facts">
          <Fact label="Owner">
            {owner.username}{' '}
            <span class="muted">{owner.isActive ? owner.role : 'deactivated, so the key is refused'}</span>
          </Fact>
          {shown.external_id !== null && <Fact label="External id">{shown.external_id}</Fact>}
          {shown.tags.length > 0 && (
            <Fact label="Tags">
              <span class="tags">
                {shown.tags.map((tag) => (
                  <a key={tag} class="tag" href={linkTo('/dashboard/keys', { tag })}>
                    {tag}
                  </a>
                ))}
              </span>
            </Fact>
          )}
          {shown.meta !== null && (
            <Fact label="Meta">
              <code>{JSON.stringify(shown.meta)}</code>
            </Fact>
          )}
          {browsing?.person.userId === owner.id && (
            <Fact label="Secret meta">
              <Form action={`/dashboard/keys/${shown.id}/secret-meta`}>
                <button>Show it, which is logged</button>
              </Form>
            </Fact>
          )}
        </dl>
      </div>
      <div class="card">
        <h2>Within these bounds</h2>
        <dl class="facts">
          <Fact label="Addresses">{listed(shown.allowed_ips, 'from anywhere')}</Fact>
          <Fact label="Services">{listed(shown.allowed_services, 'any')}</Fact>
          <Fact label="User agents">{listed(shown.allowed_user_agents, 'any')}</Fact>
          <Fact label="Limits">
            {NUMBER.format(shown.rate_limit_per_minute)} a minute, {NUMBER.format(shown.rate_limit_per_hour)} an hour,{' '}
            {NUMBER.format(shown.rate_limit_per_day)} a day
          </Fact>
          {shown.throttle && (
            <Fact label="Throttled">
              to {NUMBER.format(shown.throttle.rate_limit_per_minute)} a minute, until{' '}
              <Time at={shown.throttle.until} />
            </Fact>
          )}
          {shown.credits && (
            <Fact label="Credits">
              {NUMBER.format(shown.credits.remaining)} left
              {shown.credits.refill && `, filled up to ${refillInWords(shown.credits.refill)}`}
            </Fact>
          )}
          <Fact label="Expires">
            <TimeOr at={shown.expires_at} otherwise="Never" />
          </Fact>
          <Fact label="Rotation">{shown.rotation ? <Rotation rotation={shown.rotation} /> : 'by hand'}</Fact>
          <Fact label="Made">
            <Time at={shown.created_at} />
          </Fact>
        </dl>
      </div>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Rotation({ rotation }: { rotation: NonNullable<ApiKeyDto['rotation']> }): VNode {
  return (
    <>
      every {rotation.every_days} days, {rotation.grace_hours} hours of grace; next{' '}
      <TimeOr at={rotation.next_rotation_at} otherwise="never, as things stand" />
    </>
  );
}

function refillInWords({ amount, interval }: RefillDto): string {
  return `${NUMBER.format(amount)} ${interval === 'daily' ? 'every day' : 'every month'}`;
}

function listed(values: readonly string[], otherwise: string): ComponentChildren {
  if (values.length === 0) return <span class="muted">{otherwise}</span>;
  return values.map((value) => (
    <code key={value} class="listed">
      {value}
    </code>
  ));
}
