import type { ComponentChildren, VNode } from 'preact';

/** What is known of one thing, a line each. */
export function Facts({ children }: { children: ComponentChildren }): VNode {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
