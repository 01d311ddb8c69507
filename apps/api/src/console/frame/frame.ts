import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Browsing } from '../../auth/browser-sessions.js';

/** What surrounds a page while it is rendered, for every part of it that asks. */
export interface Frame {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of this browser's forms. */
  readonly formToken: string;
  readonly browsing: Browsing | undefined;
  /** Said once, about what was just done. */
  readonly notice: string | undefined;
  readonly requestId: string;
  readonly styles: string;
  readonly script: string;
  readonly icon: string;
}

export const FrameContext = createContext<Frame | null>(null);

export function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error('this part belongs into a page');
  return frame;
}
