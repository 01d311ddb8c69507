import type { Stage } from '../stage.js';

/** A group of measurements that belong together. */
export interface Part {
  readonly name: string;
  /** The question it answers. */
  readonly about: string;
  /** What can be asked for by itself. */
  readonly scenarios?: readonly string[];
  run(stage: Stage): Promise<void>;
}
