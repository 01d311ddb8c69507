import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of the console, which a browser continues by its cookie. */
export class BrowserSessions1764130000000 implements MigrationInterface {
  name = 'BrowserSessions1764130000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions ADD COLUMN cookie_digest bytea`);
    await runner.query(`CREATE UNIQUE INDEX sessions_cookie_digest_key ON sessions (cookie_digest)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX sessions_cookie_digest_key`);
    await runner.query(`ALTER TABLE sessions DROP COLUMN cookie_digest`);
  }
}
