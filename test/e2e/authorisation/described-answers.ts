import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { ServerProcess } from '../../support/server-process.js';
import type { Answer } from '../../support/test-app.js';
import type { ApiDescription } from '../openapi/api-description.js';

/** Holds answers against the API description, in which no object has a property that is not named. */
export class DescribedAnswers {
  private readonly checks = new Map<string, ValidateFunction>();

  private constructor(
    private readonly description: ApiDescription,
    private readonly ajv: Ajv2020,
  ) {}

  /** Of the built server: what its answers look like is read from types and comments while it is built. */
  static async read(): Promise<DescribedAnswers> {
    const dataDir = mkdtempSync(join(tmpdir(), 'akm-described-'));
    const server = await ServerProcess.start({ dataDir });
    const description = (await (await fetch(`${server.url}/openapi.json`)).json()) as ApiDescription;
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    closeObjects(description);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema(description, 'api');
    return new DescribedAnswers(description, ajv);
  }

  /** What of an answer is not as described. Pages are not described, and neither are their faults. */
  faultsOf(method: string, path: string, { status, headers, body }: Answer<unknown>): string[] {
    const operation = this.description.paths[path]?.[method.toLowerCase()];
    if (!operation) return path.startsWith('/api/') ? [`${method} ${path} is not described: is the build stale?`] : [];
    const response = operation.responses[status];
    if (!response) return [`${status} is not described`];
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    if (type === '' && !response.content) return [];
    if (!response.content?.[type]) return [`${status} with ${type || 'nothing'} is not described`];
    if (!type.endsWith('json')) return [];
    const check = this.checkOf([path, method.toLowerCase(), String(status), type]);
    if (check(body)) return [];
    return (check.errors ?? []).map(({ instancePath, message, params }) => {
      return `${status} body${instancePath} ${message} ${JSON.stringify(params)}`;
    });
  }

  private checkOf([path = '', method = '', status = '', type = '']: readonly string[]): ValidateFunction {
    const place = ['paths', path, method, 'responses', status, 'content', type, 'schema'];
    const $ref = `api#/${place.map((step) => encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/')}`;
    const known = this.checks.get($ref) ?? this.ajv.compile({ $ref });
    this.checks.set($ref, known);
    return known;
  }
}

/** What is not described may not be answered. */
function closeObjects(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('properties' in node && !('additionalProperties' in node)) Object.assign(node, { additionalProperties: false });
  for (const child of Object.values(node)) closeObjects(child);
}
