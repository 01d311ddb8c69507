import type { ComponentChildren, VNode } from 'preact';

interface HeadingProps {
  title: ComponentChildren;
  /** The sentence below it. */
  about?: ComponentChildren;
  /** The way back up. */
  up?: { readonly href: string; readonly label: string };
  /** What can be done here. */
  children?: ComponentChildren;
}

/** The head of a page. */
export function Heading({ title, about, up, children }: HeadingProps): VNode {
  return (
    <div class="heading">
      <div>
        {up && (
          <p class="up">
            <a href={up.href}>← {up.label}</a>
          </p>
        )}
        <h1>{title}</h1>
        {about !== undefined && <p class="muted">{about}</p>}
      </div>
      {children !== undefined && <div class="actions">{children}</div>}
    </div>
  );
}

/** Where there is nothing yet: what would be here, and how it gets here. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
