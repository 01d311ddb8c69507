import type { VNode } from 'preact';

/** A text to be taken along. The button is for those whose browser runs our script; everybody can select the text. */
export function Copyable({ text, label }: { text: string; label: string }): VNode {
  return (
    <span class="copyable">
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}

/** Lines of code, as they are typed. */
export function CodeBlock({ code, label }: { code: string; label: string }): VNode {
  return (
    <div class="code">
      <pre tabindex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label={label} />
    </div>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }): VNode {
  return (
    <button type="button" class="copy" data-copy={text} aria-label={`Copy ${label}`} hidden>
      Copy
    </button>
  );
}
