import { randomBytes } from 'node:crypto';
import { roles, type Role } from '@alloy/event-store';
import { Client } from 'pg';
import { migrate } from '../../apps/migrate/src/migrate';
import type { RolePasswords } from '../../apps/migrate/src/write-roles';

export interface TestDatabase {
  /** As the owner. */
  readonly url: string;
  /** As one of the services. */
  roleUrl(role: Role): string;
  /** Ends every connection and accepts no new one, until `comeBack`. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  /** Also ends every connection to it. */
  drop(): Promise<void>;
}

const TEMPLATE = 'alloy_template';
const PASSWORD = 'alloy-test-password';
/** Any number: a template with open connections cannot be cloned, so test files lock it. */
const TEMPLATE_LOCK = 7_301_100;

/** A separate database, with all tables, roles and grants, on the server in ALLOY_TEST_PG. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = serverUrl();
  const name = `alloy_${randomBytes(8).toString('hex')}`;
  await asOwner(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await makeTemplate(client, server);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  return {
    url: urlOf(server, name),
    roleUrl: (role) => urlOf(server, name, role),
    leave: () => asOwner(server, async (client) => {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    }),
    comeBack: () => asOwner(server, async (client) => void (await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`))),
    drop: () => asOwner(server, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

function serverUrl(): string {
  const url = process.env['ALLOY_TEST_PG'];
  if (!url) throw new Error('ALLOY_TEST_PG is not set: this test belongs into an .int.spec.ts, whose global setup starts Postgres');
  return url;
}

let templateIsMade = false;

async function makeTemplate(client: Client, server: string): Promise<void> {
  if (templateIsMade) return;
  const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (rows.length === 0) await client.query(`CREATE DATABASE ${TEMPLATE}`);
  const rolePasswords = Object.fromEntries(roles.map((role) => [role, PASSWORD])) as Record<Role, string> satisfies RolePasswords;
  await migrate({ databaseUrl: urlOf(server, TEMPLATE), rolePasswords });
  templateIsMade = true;
}

function urlOf(server: string, database: string, role?: Role): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (role) [url.username, url.password] = [role, PASSWORD];
  return url.href;
}

async function asOwner(server: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
