import { ShapeWatch } from '../../../apps/api/src/anomaly/shape-watch.js';
import { TestApp } from '../../support/test-app.js';
import { HOME, look, use } from './history.js';

const ENTRIES = 'akm_anomaly_waiting_entries';
const SHAPES = 'akm_anomaly_shape_lag_seconds';

async function valueOf(app: TestApp, name: string): Promise<number | undefined> {
  const { text } = await app.call('GET', '/metrics');
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

describe('the metrics of detection', () => {
  const app = TestApp.forTests();

  it('tell what was not looked at', async () => {
    const owner = await app.person();
    const { secret } = await app.key(owner);
    await use(app, secret, HOME);
    await app.ingest();
    expect(await valueOf(app, ENTRIES)).toBe(1);
    await look(app);
    expect(await valueOf(app, ENTRIES)).toBe(0);
  });

  it('tell for how long what keys did in five minutes has not been looked at', async () => {
    app.clock.advance(6 * 60_000);
    await lookAtShapes(app);
    expect(await valueOf(app, SHAPES)).toBe(0);
    app.clock.advance(3_600_000);
    expect(await valueOf(app, SHAPES)).toBeGreaterThan(3_000);
    await lookAtShapes(app);
    expect(await valueOf(app, SHAPES)).toBeLessThan(300);
  });
});

describe('the metrics of detection that is off', () => {
  const app = TestApp.forTests({ ANOMALY_DETECTION_ENABLED: 'false' });

  it('are not there', async () => {
    expect([await valueOf(app, ENTRIES), await valueOf(app, SHAPES)]).toEqual([undefined, undefined]);
  });
});

async function lookAtShapes(app: TestApp): Promise<void> {
  await app.nest.get(ShapeWatch).catchUp();
}
