import type { VNode } from 'preact';
import type { ExplainedUseDto, RemedyDto, RequestExplanationDto } from '../../insights/request-explanation.dto.js';
import type { Filled } from '../frame/filled.js';
import { Badge } from '../parts/badge.js';
import { Filters } from '../parts/filters.js';
import { TextField } from '../parts/form.js';
import { Empty, Heading } from '../parts/heading.js';
import { pageFor } from './suggested-page.js';

interface WhyProps {
  filled: Filled;
  /** Null: nothing is on record. */
  explanation: RequestExplanationDto | null | undefined;
}

export function WhyView({ filled, explanation }: WhyProps): VNode {
  return (
    <>
      <Heading
        title="Why was it refused?"
        about="Every answer carries the id of its request, as X-Request-Id. What decided is on record under it."
        up={{ href: '/dashboard/logs', label: 'Log' }}
      />
      <Filters path="/dashboard/why" filled={filled} isFiltered={false} submit="Explain">
        <TextField name="request_id" label="Request id" maxlength={64} spellcheck={false} required />
        <TextField
          name="at"
          label="When"
          placeholder="2026-11-22 14:00"
          hint="Only for an id that a proxy gave."
          spellcheck={false}
        />
      </Filters>
      {explanation === null && (
        <Empty title="Nothing is on record under this id">
          <p class="muted">
            It may be mistyped, be of a key that is not yours, or be older than what is kept. A use comes here within a
            second or two. For an id that a proxy gave, say when the request was.
          </p>
        </Empty>
      )}
      {explanation?.uses.map((use) => (
        <ExplainedUse key={use.id} use={use} />
      ))}
      {explanation?.uses.length === 0 && (
        <Empty title="No key was used in this request">
          <p>
            <a href={`/dashboard/logs?q=${explanation.request_id}`}>Its entries in the log</a> say what it did.
          </p>
        </Empty>
      )}
    </>
  );
}

function ExplainedUse({ use }: { use: ExplainedUseDto }): VNode {
  return (
    <section class="section card stack">
      <p class="actions">
        <Badge tone={use.code === 'VALID' ? 'good' : 'bad'}>{use.code}</Badge>
        {use.passes_now === true && use.code !== 'VALID' && <Badge tone="good">Would be let in now</Badge>}
        {use.passes_now === false && use.code !== 'VALID' && <Badge tone="warn">Would be refused now too</Badge>}
      </p>
      <p>{use.summary}</p>
      {use.unknown.length > 0 && <p class="muted">{use.unknown.join(' ')}</p>}
      {use.remedies.length > 0 && (
        <>
          <h2>What would have to be different</h2>
          <ol class="remedies">
            {use.remedies.map((remedy) => (
              <Remedy key={remedy.text} remedy={remedy} />
            ))}
          </ol>
        </>
      )}
      <p class="actions small">
        <a href={`/dashboard/logs/${use.id}`}>Its entry in the log</a>
        {use.key_id !== null && <a href={`/dashboard/keys/${use.key_id}`}>The key</a>}
        {use.links.problem !== null && <a href={use.links.problem}>What {use.code} means</a>}
      </p>
    </section>
  );
}

function Remedy({ remedy: { text, call } }: { remedy: RemedyDto }): VNode {
  const page = call && pageFor(call);
  return (
    <li>
      {text} {page && <a href={page.href}>{page.label}</a>}
    </li>
  );
}
