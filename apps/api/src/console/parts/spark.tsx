import type { VNode } from 'preact';
import { NUMBER } from './chart.js';

/** One bar, in two parts. */
export interface SparkPoint {
  readonly at: Date;
  readonly admitted: number;
  readonly refused: number;
}

interface SparkProps {
  /** As many bars as there are steps of this length up to now; what has no point is empty. */
  points: readonly SparkPoint[];
  from: number;
  steps: number;
  stepMs: number;
}

const BAR = 3;
const HEIGHT = 16;

/** Uses over time in a line of text, and in words what they come to. Each is measured by its own highest bar. */
export function Spark({ points, from, steps, stepMs }: SparkProps): VNode {
  const most = Math.max(...points.map(({ admitted, refused }) => admitted + refused), 1);
  const height = (uses: number) => Math.ceil((uses / most) * HEIGHT);
  const bar = ({ at }: SparkPoint, bottom: number, top: number) => {
    const x = Math.round((at.getTime() - from) / stepMs) * BAR;
    return top === bottom ? '' : `M${x} ${HEIGHT - bottom}V${HEIGHT - top}h2V${HEIGHT - bottom}z`;
  };
  const good = points.map((point) => bar(point, 0, height(point.admitted))).join('');
  const bad = points
    .map((point) => bar(point, height(point.admitted), height(point.admitted + point.refused)))
    .join('');
  return (
    <span class="spark">
      {points.length > 0 && (
        <svg viewBox={`0 0 ${steps * BAR - 1} ${HEIGHT}`} width={steps * BAR - 1} height={HEIGHT} aria-hidden="true">
          {good !== '' && <path class="good" d={good} />}
          {bad !== '' && <path class="bad" d={bad} />}
        </svg>
      )}
      <Sums points={points} />
    </span>
  );
}

function Sums({ points }: Pick<SparkProps, 'points'>): VNode {
  const [admitted, refused] = [sum(points, 'admitted'), sum(points, 'refused')];
  if (admitted + refused === 0) return <span class="muted">none</span>;
  return (
    <span class="small">
      {NUMBER.format(admitted)}
      {refused > 0 && <span class="muted">, {NUMBER.format(refused)} refused</span>}
    </span>
  );
}

function sum(points: readonly SparkPoint[], part: 'admitted' | 'refused'): number {
  return points.reduce((total, point) => total + point[part], 0);
}
