import type { VNode } from 'preact';
import { CopyButton } from '../parts/copyable.js';
import { Icon } from '../parts/icon.js';

interface OneTimeSecretProps {
  secret: string;
  /** For the name of the button that copies it. */
  label: string;
  /** What to do when it gets lost all the same. */
  children: string;
}

/** A secret on the one page that shows it. */
export function OneTimeSecret({ secret, label, children }: OneTimeSecretProps): VNode {
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
        <CopyButton text={secret} label={label} />
      </div>
    </div>
  );
}
