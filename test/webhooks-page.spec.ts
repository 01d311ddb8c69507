import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES } from '../apps/api/src/events/event-type.js';

const page = readFileSync(join(import.meta.dirname, '../docs/webhooks.md'), 'utf8');

describe('the page about webhooks', () => {
  it('explains every event there is, in the table and with an example, and no other', () => {
    const rows = [...page.matchAll(/^\| \[`([\w.]+)`\]/gm)].map(([, type]) => type);
    const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, type]) => type);
    expect([rows, headings]).toEqual([[...EVENT_TYPES], [...EVENT_TYPES]]);
  });

  it('shows each event as it is sent', () => {
    const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
      ([, json = '']) => JSON.parse(json) as Record<string, unknown>,
    );
    expect(examples.map(({ type }) => type)).toEqual([...EVENT_TYPES]);
    expect(examples.filter((example) => Object.keys(example).join() !== 'type,timestamp,data')).toEqual([]);
  });
});
