import type { VNode } from 'preact';
import type { IssuedApiKeyDto } from '../../keys/api-key.dto.js';
import { CodeBlock } from '../parts/copyable.js';
import { Heading } from '../parts/heading.js';
import { Tabs } from '../parts/tabs.js';
import { OneTimeSecret } from '../reveal/one-time-secret.js';
import { snippets } from './snippets.js';

export function RevealView({ issued, url }: { issued: IssuedApiKeyDto; url: string }): VNode {
  const { id, name, api_key: secret } = issued;
  return (
    <>
      <Heading title={name} about="Here is the secret of this key. Copy it now, to where its program finds it." />
      <OneTimeSecret secret={secret} label="the secret">
        akm keeps no copy that could be read: whoever loses it rotates the key.
      </OneTimeSecret>
      <section class="section">
        <h2>Use it</h2>
        <p class="muted">Put the secret into the environment as AKM_KEY, and not into the code.</p>
        <Tabs
          name="snippet"
          label="Language"
          tabs={snippets(url).map(({ label, code }) => ({ label, content: <CodeBlock label={label} code={code} /> }))}
        />
      </section>
      <p class="section actions">
        <a class="button primary" href={`/dashboard/keys/${id}`}>
          I have saved it
        </a>
      </p>
    </>
  );
}

interface SecretMetaProps {
  id: string;
  name: string;
  /** Null: there is none. */
  meta: object | null;
}

export function SecretMetaView({ id, name, meta }: SecretMetaProps): VNode {
  return (
    <>
      <Heading
        title="Secret meta"
        about="Shown to the owner of the key alone. That you looked is in the log."
        up={{ href: `/dashboard/keys/${id}`, label: name }}
      />
      {meta === null ? (
        <p class="muted">This key has none.</p>
      ) : (
        <CodeBlock label="the secret meta" code={JSON.stringify(meta, null, 2)} />
      )}
    </>
  );
}
