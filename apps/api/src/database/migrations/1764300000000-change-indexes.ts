import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What finds changes by status or address without looking through all of them. */
export class ChangeIndexes1764300000000 implements MigrationInterface {
  name = 'ChangeIndexes1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX audit_log_status_code_idx ON audit_log (status_code, timestamp)`);
    await runner.query(`CREATE INDEX audit_log_ip_address_idx ON audit_log (ip_address, timestamp)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['audit_log_ip_address_idx', 'audit_log_status_code_idx'])
      await runner.query(`DROP INDEX ${index}`);
  }
}
