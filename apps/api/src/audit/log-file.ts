import { Readable } from 'node:stream';
import { csvRecord, type CsvCell } from './csv-record.js';
import type { LogEntryDto } from './log-entry.dto.js';
import { logEntryView } from './log-entry.view.js';
import type { LogRow } from './log-sources.js';

/** The heading of each column of the CSV and what stands under it: part of the HTTP contract. */
const COLUMNS: Readonly<Record<string, (entry: LogEntryDto) => CsvCell>> = {
  ID: (entry) => entry.id,
  Timestamp: (entry) => entry.timestamp.toISOString(),
  Action: (entry) => entry.action,
  'API Key ID': (entry) => entry.api_key_id,
  'User ID': (entry) => entry.user_id,
  Endpoint: (entry) => entry.endpoint,
  Method: (entry) => entry.method,
  'IP Address': (entry) => entry.ip_address,
  'Status Code': (entry) => entry.status_code,
  'Response Time (ms)': (entry) => entry.response_time_ms,
  'Error Message': (entry) => entry.error_message,
};

/** A header line, and a record for each entry. */
export function csvOf(pieces: AsyncIterable<LogRow[]>): Readable {
  return Readable.from(csvPieces(pieces), { objectMode: false });
}

/** One JSON array, an entry a line. */
export function jsonOf(pieces: AsyncIterable<LogRow[]>): Readable {
  return Readable.from(jsonPieces(pieces), { objectMode: false });
}

/** `audit_logs_20261122_140000.csv`, the time in UTC. */
export function fileName(now: number, extension: 'csv' | 'json'): string {
  const [date = '', time = ''] = new Date(now).toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `audit_logs_${date}_${time}.${extension}`;
}

const CELLS = Object.values(COLUMNS);

async function* csvPieces(pieces: AsyncIterable<LogRow[]>): AsyncGenerator<string> {
  yield csvRecord(Object.keys(COLUMNS));
  for await (const rows of pieces) yield rows.map(csvLine).join('');
}

function csvLine(row: LogRow): string {
  const entry = logEntryView(row);
  return csvRecord(CELLS.map((cell) => cell(entry)));
}

async function* jsonPieces(pieces: AsyncIterable<LogRow[]>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const rows of pieces) {
    yield before + rows.map((row) => JSON.stringify(logEntryView(row))).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
