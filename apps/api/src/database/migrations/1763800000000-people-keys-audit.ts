import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PeopleKeysAudit1763800000000 implements MigrationInterface {
  name = 'PeopleKeysAudit1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
        email text NOT NULL,
        email_canonical text NOT NULL,
        username text NOT NULL,
        username_canonical text NOT NULL,
        password_hash text NOT NULL,
        password_is_one_time boolean NOT NULL DEFAULT false,
        one_time_password_used_at timestamptz,
        role text NOT NULL CONSTRAINT users_role_check CHECK (role IN ('readonly', 'developer', 'admin')),
        is_active boolean NOT NULL DEFAULT true,
        is_verified boolean NOT NULL DEFAULT false,
        last_login_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE UNIQUE INDEX users_email_canonical_key ON users (email_canonical)`);
    await runner.query(`CREATE UNIQUE INDEX users_username_canonical_key ON users (username_canonical)`);
    await runner.query(`
      CREATE TABLE sign_in_attempts (
        email_digest bytea NOT NULL CONSTRAINT sign_in_attempts_pkey PRIMARY KEY,
        failures integer NOT NULL,
        locked_until timestamptz,
        last_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX sign_in_attempts_last_at_idx ON sign_in_attempts (last_at)`);
    await runner.query(`
      CREATE TABLE sessions (
        id uuid NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id),
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        ip_address text,
        user_agent text
      )`);
    await runner.query(`CREATE INDEX sessions_user_id_idx ON sessions (user_id)`);
    await runner.query(`
      CREATE TABLE refresh_tokens (
        id uuid NOT NULL CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
        session_id uuid NOT NULL CONSTRAINT refresh_tokens_session_id_fkey REFERENCES sessions (id),
        digest bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      )`);
    await runner.query(`CREATE UNIQUE INDEX refresh_tokens_digest_key ON refresh_tokens (digest)`);
    await runner.query(`CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id)`);
    await runner.query(`
      CREATE TABLE api_keys (
        id uuid NOT NULL CONSTRAINT api_keys_pkey PRIMARY KEY,
        owner_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        state text NOT NULL CONSTRAINT api_keys_state_check CHECK (state IN ('active', 'disabled', 'revoked')),
        version integer NOT NULL DEFAULT 1,
        environment text NOT NULL CONSTRAINT api_keys_environment_check
          CHECK (environment IN ('development', 'staging', 'production')),
        prefix text NOT NULL,
        permissions text[] NOT NULL,
        allowed_services text[] NOT NULL,
        allowed_ips text[] NOT NULL,
        allowed_user_agents text[] NOT NULL,
        rate_limit_per_minute integer,
        rate_limit_per_hour integer,
        rate_limit_per_day integer,
        expires_at timestamptz,
        external_id text,
        tags text[] NOT NULL,
        meta jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        revoked_at timestamptz
      )`);
    await runner.query(`CREATE INDEX api_keys_owner_id_idx ON api_keys (owner_id, created_at)`);
    await runner.query(`CREATE INDEX api_keys_external_id_idx ON api_keys (external_id)`);
    await runner.query(`
      CREATE TABLE api_key_secrets (
        id uuid NOT NULL CONSTRAINT api_key_secrets_pkey PRIMARY KEY,
        key_id uuid NOT NULL CONSTRAINT api_key_secrets_key_id_fkey REFERENCES api_keys (id),
        version integer NOT NULL,
        digest bytea NOT NULL,
        display text NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz,
        CONSTRAINT api_key_secrets_key_id_version_key UNIQUE (key_id, version)
      )`);
    await runner.query(`CREATE UNIQUE INDEX api_key_secrets_digest_key ON api_key_secrets (digest)`);
    await runner.query(
      `CREATE UNIQUE INDEX api_key_secrets_current_key ON api_key_secrets (key_id) WHERE retired_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE audit_log (
        id uuid NOT NULL CONSTRAINT audit_log_pkey PRIMARY KEY,
        timestamp timestamptz NOT NULL,
        action text NOT NULL,
        api_key_id uuid,
        user_id uuid,
        endpoint text,
        method text,
        ip_address text,
        user_agent text,
        request_id text,
        status_code smallint,
        response_time_ms real,
        error_message text,
        metadata jsonb
      )`);
    await runner.query(`CREATE INDEX audit_log_timestamp_idx ON audit_log (timestamp, id)`);
    await runner.query(`CREATE INDEX audit_log_api_key_id_idx ON audit_log (api_key_id, timestamp)`);
    await runner.query(`CREATE INDEX audit_log_user_id_idx ON audit_log (user_id, timestamp)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'audit_log',
      'api_key_secrets',
      'api_keys',
      'refresh_tokens',
      'sessions',
      'sign_in_attempts',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query(`DROP TABLE users`);
  }
}
