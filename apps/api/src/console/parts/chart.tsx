import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { VNode } from 'preact';
import { exactTime } from './time.js';

/** One part of every bar, from the bottom up. */
export interface Layer {
  readonly name: string;
  readonly label: string;
  readonly tone: 'good' | 'warn' | 'bad';
}

export interface Point {
  readonly at: Date;
  readonly values: Readonly<Record<string, number>>;
}

interface ChartProps {
  /** What is shown, as a sentence part: `Requests by the hour`. */
  title: string;
  layers: readonly Layer[];
  points: readonly Point[];
  /** How the start of a bar is told below the chart. */
  tick: (at: Date) => string;
}

const WIDTH = 720;
const HEIGHT = 160;

/** Bars over time, each in parts, and the same numbers as a table. */
export function Chart({ title, layers, points, tick }: ChartProps): VNode {
  const names = layers.map(({ name }) => name);
  const totals = points.map(({ values }) => names.reduce((sum, name) => sum + (values[name] ?? 0), 0));
  const total = totals.reduce((sum, each) => sum + each, 0);
  const x = scaleBand(
    points.map((_, at) => at),
    [0, WIDTH],
  ).paddingInner(0.25);
  const y = scaleLinear([0, Math.max(...totals, 4)], [HEIGHT, 0]).nice(4);
  const stacked = stack<Point>()
    .keys(names)
    .value(({ values }, name) => values[name] ?? 0)([...points]);
  const ticks = [0, 0.25, 0.5, 0.75].map((part) => points[Math.round(part * points.length)]).filter((point) => point);
  return (
    <figure class="chart">
      <figcaption>
        {layers.map(({ name, label, tone }) => (
          <span key={name} class={`legend ${tone}`}>
            {label} <strong>{NUMBER.format(points.reduce((sum, { values }) => sum + (values[name] ?? 0), 0))}</strong>
          </span>
        ))}
      </figcaption>
      <div class="plot">
        <span class="scale">{NUMBER.format(y.domain()[1] ?? 0)}</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: ${NUMBER.format(total)} in all. The table below has the numbers.`}
        >
          {y.ticks(4).map((value) => (
            <line key={value} class="grid" x1="0" x2={WIDTH} y1={y(value)} y2={y(value)} />
          ))}
          {stacked.map((series, index) => (
            <g key={series.key} class={`bars ${layers[index]?.tone ?? ''}`}>
              {series.map(([from, to], at) =>
                to > from ? (
                  <rect
                    key={at}
                    x={rounded(x(at))}
                    width={rounded(x.bandwidth())}
                    y={rounded(y(to))}
                    height={rounded(y(from) - y(to))}
                  />
                ) : null,
              )}
            </g>
          ))}
        </svg>
      </div>
      <div class="axis" aria-hidden="true">
        {ticks.map((point) => point && <span key={point.at.getTime()}>{tick(point.at)}</span>)}
        <span>now</span>
      </div>
      <details>
        <summary>The numbers as a table</summary>
        <div class="scroll" tabindex={0} role="region" aria-label={title}>
          <table>
            <caption class="hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">From</th>
                {layers.map(({ name, label }) => (
                  <th key={name} scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points
                .filter((_, at) => (totals[at] ?? 0) > 0)
                .map(({ at, values }) => (
                  <tr key={at.getTime()}>
                    <th scope="row">{exactTime(at)}</th>
                    {names.map((name) => (
                      <td key={name} class="number">
                        {NUMBER.format(values[name] ?? 0)}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
          {total === 0 && <p class="muted">Nothing happened in this time.</p>}
        </div>
      </details>
    </figure>
  );
}

export const NUMBER = new Intl.NumberFormat('en');

function rounded(value: number | undefined): number {
  return Math.round((value ?? 0) * 10) / 10;
}
