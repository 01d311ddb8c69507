import type { VNode } from 'preact';
import type { Section } from '../frame/navigation.js';
import { PageRefusal } from '../frame/page.js';
import { Heading } from '../parts/heading.js';

interface Link {
  readonly label: string;
  readonly href: string;
}

/** What there is to say to whoever comes to see a secret that was shown. */
export interface Gone {
  readonly section: Section;
  /** What it is: `secret`. */
  readonly what: string;
  /** What to do when nobody saved it. */
  readonly advice: string;
  /** Where that is done. */
  readonly instead?: Link;
  readonly back: Link;
}

/**
 * What is shown once: the same for everything that is.
 * @throws PageRefusal 410 where there is nothing left to show.
 */
export function orGone<Shown>(shown: Shown | undefined, gone: Gone): Shown {
  if (shown !== undefined) return shown;
  throw new PageRefusal(410, { title: 'Shown already', section: gone.section, body: <GoneView gone={gone} /> });
}

function GoneView({ gone: { what, advice, instead, back } }: { gone: Gone }): VNode {
  return (
    <>
      <Heading
        title={`This ${what} cannot be shown`}
        about="It is shown once, right after it is made, in the browser that asked for it."
      />
      <p class="stack">{advice}</p>
      <p class="section actions">
        {instead && (
          <a class="button primary" href={instead.href}>
            {instead.label}
          </a>
        )}
        <a class={instead ? undefined : 'button'} href={back.href}>
          {back.label}
        </a>
      </p>
    </>
  );
}
