import type { VNode } from 'preact';
import type { KeyEnvironment, KeyStatus } from '#domain';

type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A word that tells a state. The colour says nothing that the word does not. */
export function Badge({ tone, children }: { tone: Tone; children: string }): VNode {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function StatusBadge({ status }: { status: KeyStatus }): VNode {
  return <Badge tone={TONES[status]}>{capitalised(status)}</Badge>;
}

export function EnvironmentBadge({ environment }: { environment: KeyEnvironment }): VNode {
  return <span class={`environment ${environment}`}>{environment}</span>;
}

const TONES: Readonly<Record<KeyStatus, Tone>> = {
  active: 'good',
  rotating: 'warn',
  disabled: 'plain',
  expired: 'warn',
  revoked: 'bad',
};

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
