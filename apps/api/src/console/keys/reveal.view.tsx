import type { VNode } from 'preact';
import type { IssuedApiKeyDto } from '../../keys/api-key.dto.js';
import { CodeBlock, CopyButton } from '../parts/copyable.js';
import { Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Tabs } from '../parts/tabs.js';
import { snippets } from './snippets.js';

export function RevealView({ issued, url }: { issued: IssuedApiKeyDto; url: string }): VNode {
  const { id, name, api_key: secret } = issued;
  return (
    <>
      <Heading title={name} about="Here is the secret of this key. Copy it now, to where its program finds it." />
      <div class="secret card">
        <p class="warning">
          <Icon name="alert" />
          <span>
            <strong>You will not see it again.</strong> akm keeps no copy that could be read: whoever loses it rotates
            the key.
          </span>
        </p>
        <div class="value">
          <code>{secret}</code>
          <CopyButton text={secret} label="the secret" />
        </div>
      </div>
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

export function GoneView({ keyId }: { keyId: string }): VNode {
  return (
    <>
      <Heading
        title="This secret cannot be shown"
        about="A secret is shown once, right after it is made, in the browser that asked for it."
      />
      <p class="stack">
        If nobody saved it, rotate the key: that makes another secret, and the key keeps its id, its permissions and its
        log.
      </p>
      <p class="section actions">
        <a class="button primary" href={`/dashboard/keys/${keyId}/rotate`}>
          Rotate the key
        </a>
        <a href={`/dashboard/keys/${keyId}`}>Back to the key</a>
      </p>
    </>
  );
}
