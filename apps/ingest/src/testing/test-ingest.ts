import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { parseConfig, startService } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { ingestConfig } from '../config';
import { serviceOptions } from '../service-options';
import type { Answer } from './answer';
import { checkDescribed } from './described';

export const TOKEN = 'test-token-that-is-long-enough';
/** The token of another user, for another project. */
export const OTHER_TOKEN = 'another-token-long-enough';

/** `token` null: none. Default: the token of user `demo` for project `shop`. */
export type CallOptions = RequestInit & { readonly token?: string | null };

/** Ingest on its own port and database, with access to its data for tests. */
export interface TestIngest {
  readonly port: number;
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  /** With the role of the executor, which may open bundles. */
  readonly ledger: Ledger;
  /** Runs a statement as the owner of the tables. */
  asOwner(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** The log lines of the service. */
  readonly lines: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  call(path: string, options?: CallOptions): Promise<Answer>;
  /** A string is sent unchanged. */
  post(path: string, content: unknown, token?: string | null): Promise<Answer>;
  deploy(content: unknown): Promise<Answer>;
  /** Destroys every data key, so that no bundle can be opened. */
  forgetKeys(): Promise<void>;
  close(): Promise<void>;
}

/** `more`: additional environment variables. */
export async function startTestIngest(more: Readonly<Record<string, string>> = {}): Promise<TestIngest> {
  const database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
  const masterKey = Buffer.alloc(32, 1);
  await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop' }, tokenSha256: sha256(TOKEN) });
  await bootstrap({
    databaseUrl: database.url, user: 'other', project: 'theirs',
    policy: { namespace: 'theirs' },
    tokenSha256: sha256(OTHER_TOKEN),
  });
  const env = {
    PORT: '0',
    DATABASE_URL: database.roleUrl('alloy_ingest'),
    NATS_URL: process.env['ALLOY_TEST_NATS'],
    ALLOY_MASTER_KEY: masterKey.toString('base64'),
    ALLOY_SECRETS_KEY: Buffer.alloc(32, 2).toString('base64'),
    ALLOY_KEYSTORE: folder,
    ...more,
  };
  const lines: string[] = [];
  const service = await startService({
    ...serviceOptions(() => parseConfig(ingestConfig, env)),
    destination: { write: (line: string) => void lines.push(line) },
  });
  const ledger = createLedger({ databaseUrl: database.roleUrl('alloy_executor'), masterKey, keystoreDir: folder });
  const call = (path: string, options: CallOptions = {}) => ask(`http://127.0.0.1:${service.port}${path}`, options);
  const post: TestIngest['post'] = (path, content, token = TOKEN) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof content === 'string' ? content : JSON.stringify(content),
      token,
    });
  return {
    port: service.port, app: service.app, database, ledger, lines, env, call, post,
    asOwner: (sql) => queryAs(database.url, sql),
    deploy: (content) => post('/api/webhook/deploy', content),
    forgetKeys: async () => {
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    },
    async close() {
      await service.close();
      await ledger.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function queryAs(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const owner = createLedger({ databaseUrl: url });
  return owner.pool.query<Record<string, unknown>>(sql).then(({ rows }) => rows).finally(() => owner.close());
}

async function ask(url: string, { token = TOKEN, ...options }: CallOptions): Promise<Answer> {
  const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(options.headers as Record<string, string>) };
  const answer = await fetch(url, { ...options, headers });
  const text = await answer.text();
  const seen = {
    status: answer.status,
    type: answer.headers.get('content-type'),
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
    text,
  };
  checkDescribed(options.method ?? 'GET', url, seen);
  return seen;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
