import { type envSchema } from '../../apps/api/src/config/env.js';

/** What `.env.example` has to say: every variable of the schema, its meaning, and its default as a commented-out line. */
export function envExample(schema: typeof envSchema): string {
  const defaults = schema.parse({}) as Record<string, string | number | boolean | string[] | undefined>;
  const entries = Object.entries(schema.shape).map(([name, { description }]) => {
    const line = `#${name}=${String(defaults[name] ?? '')}`;
    return description ? `# ${description}.\n${line}` : line;
  });
  return `# Every variable akm reads. Copy this file to .env and remove the # in front of what you change.\n\n${entries.join('\n\n')}\n`;
}
