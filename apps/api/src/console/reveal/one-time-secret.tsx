import type { VNode } from 'preact';
import { CopyButton } from './copyable.js';
import { Icon } from './icon.js';

/** A secret on the one page that shows it. */
export function OneTimeSecret({ secret, children }: { secret: string; children: string }): VNode {
  return (
    <div class="secret card">
      <p class="warning">
        <Icon name="alert" />
        <span>
          <strong>You will not see it again.</strong> {children}
        </span>
      </p>
      <div class="value">
        <code>{secret}</code>
        <CopyButton text={secret} label="it" />
      </div>
    </div>
  );
}
