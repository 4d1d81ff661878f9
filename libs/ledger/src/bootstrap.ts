import type { Scope } from '@alloy/contracts';
import { policySchema } from '@alloy/policy';
import { Client } from 'pg';
import type { z } from 'zod';

/** The user, project, policy and token to register. */
export interface BootstrapOptions {
  /** As the tables' owner. */
  readonly databaseUrl: string;
  readonly user: string;
  readonly project: string;
  /** Default `production`. */
  readonly environment?: string;
  /** Missing fields get their defaults. Unset: an existing policy is kept. */
  readonly policy?: z.input<typeof policySchema>;
  /** Default `replace`; `keep` writes `policy` only if the environment has none. */
  readonly existingPolicy?: 'keep' | 'replace';
  /** Hex SHA-256 of a token for this user and project; unset: no token is registered. */
  readonly tokenSha256?: string;
  /** The token's scope on the project; default `operate`. */
  readonly tokenScope?: Scope;
  /** The token's projects, `*` for all; default: the project. */
  readonly tokenProjects?: readonly string[];
}

/**
 * Registers a user, a project, its policy and a token, in one transaction. Idempotent. The policy has no version: it is
 * recorded as an event before its first change. Throws a ZodError for an invalid policy.
 */
export async function bootstrap(options: BootstrapOptions): Promise<void> {
  const {
    user,
    project,
    environment = 'production',
    policy,
    existingPolicy = 'replace',
    tokenSha256,
    tokenScope = 'operate',
    tokenProjects = [project],
  } = options;
  const parsed = policy && policySchema.parse(policy);
  const client = new Client({ connectionString: options.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO account (id) VALUES ($1) ON CONFLICT DO NOTHING', [user]);
    await client.query('INSERT INTO project (id) VALUES ($1) ON CONFLICT DO NOTHING', [project]);
    if (parsed) await client.query(writePolicy[existingPolicy], [project, environment, JSON.stringify(parsed)]);
    if (tokenSha256) {
      const { rowCount } = await client.query(writeToken, [tokenSha256, user, tokenProjects, tokenScope]);
      if (rowCount === 0) throw new Error('bootstrap: this token belongs to another user');
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

const insertPolicy = 'INSERT INTO project_policy (project, environment, policy) VALUES ($1, $2, $3) ON CONFLICT (project, environment)';
const writePolicy = {
  keep: `${insertPolicy} DO NOTHING`,
  replace: `${insertPolicy} DO UPDATE SET policy = EXCLUDED.policy, version = NULL, updated_at = clock_timestamp()`,
};

const writeToken = `
  INSERT INTO token (sha256, account, projects, scope) VALUES ($1, $2, $3, $4)
  ON CONFLICT (sha256) DO UPDATE SET scope = EXCLUDED.scope, projects = ARRAY(SELECT DISTINCT unnest(token.projects || EXCLUDED.projects))
  WHERE token.account = EXCLUDED.account`;
