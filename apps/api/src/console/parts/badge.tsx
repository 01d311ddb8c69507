import type { VNode } from 'preact';
import type { KeyEnvironment, KeyStatus } from '#domain';
import { capitalised } from './words.js';

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

/** How bad something is. */
export function SeverityBadge({ severity }: { severity: keyof typeof SEVERITY_TONES }): VNode {
  return <Badge tone={SEVERITY_TONES[severity]}>{capitalised(severity)}</Badge>;
}

const SEVERITY_TONES = { critical: 'bad', high: 'bad', medium: 'warn', low: 'plain' } as const;

const TONES: Readonly<Record<KeyStatus, Tone>> = {
  active: 'good',
  rotating: 'warn',
  disabled: 'plain',
  expired: 'warn',
  revoked: 'bad',
};
