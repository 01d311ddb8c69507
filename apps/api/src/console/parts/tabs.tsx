import type { ComponentChildren, VNode } from 'preact';

export interface Tab {
  readonly label: string;
  readonly content: ComponentChildren;
}

/** Alternatives of which one is shown. Radio buttons choose, so that nothing has to run for it. */
export function Tabs({ name, label, tabs }: { name: string; label: string; tabs: readonly Tab[] }): VNode {
  return (
    <fieldset class="tabs">
      <legend class="hidden">{label}</legend>
      {tabs.map((tab, at) => (
        <>
          <input type="radio" name={name} id={`${name}-${at}`} checked={at === 0} />
          <label for={`${name}-${at}`}>{tab.label}</label>
          <div class="tab">{tab.content}</div>
        </>
      ))}
    </fieldset>
  );
}
