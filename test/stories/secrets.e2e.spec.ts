import { existsSync, readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { shortPolicy, withStories } from '../support/stories';
import { deployment, secret } from '../support/workload';

const { story, installation } = withStories({ shop: shortPolicy });

const CANARY = 'canary-bird-7f3a91c2e8d4';
const OTHER = 'second-bird-55d0aa17b6e9';
/** The secrets in plain text, and in base64 at each of the three offsets at which a text may begin in it. */
const traces = [CANARY, OTHER].flatMap((text) => [
  text,
  ...[0, 1, 2].map((offset) =>
    Buffer.from('x'.repeat(offset) + text)
      .toString('base64')
      .slice(offset === 0 ? 0 : offset + 1, -4),
  ),
]);

const version = (value: string) => ({
  deployment: deployment({
    container: {
      env: [{ name: 'BIRD', valueFrom: { secretKeyRef: { name: 'birds', key: 'bird' } } }],
      envFrom: [{ secretRef: { name: 'birds' } }],
    },
  }),
  secret: secret('birds', { bird: value }),
});

/**
 * The secrets that occur in the content; never the content itself, so that a failure prints nothing around a secret.
 */
const tracesIn = (content: Buffer | string): readonly string[] => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return traces.filter((trace) => bytes.includes(trace));
};

/** undefined: a running server has removed the file meanwhile. */
const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (statOf(path)) throw error;
    return Buffer.alloc(0);
  }
}

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statOf(path)?.isFile());
/** Postgres started by root keeps its data elsewhere and leaves a note of the path. */
const dataIn = (folder: string): string =>
  existsSync(join(folder, 'place')) ? readFileSync(join(folder, 'place'), 'utf8').trim() : folder;
const SERVICE_LOG = /\/(ingest|planner|executor|watcher|notifier|migrate)\.log$/;

async function everyTable(): Promise<Readonly<Record<string, string>>> {
  const { pool } = installation().releases;
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const dumped = rows.map(async ({ name }) => {
    const { rows: [dump] } = await pool.query<{ text: string | null }>(`SELECT string_agg(one::text, chr(10)) AS text FROM "${name}" one`);
    return [name, dump?.text ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(dumped));
}

describe("a Secret's content", () => {
  let refusal: string;
  let ids: readonly string[];
  beforeAll(async () => {
    const shop = story('shop');
    const good = await shop.release('v1', version(CANARY));
    const bad = await shop.release('v2-errors-50', version(OTHER));
    expect([good.status, bad.status]).toEqual(['promoted', 'rolledBack']);
    const refused = { ...version(CANARY), more: { job: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migration' } } } };
    refusal = await shop.deploy('v3', refused).then(() => 'accepted', (error: Error) => error.message);
    ids = [good.id, bad.id];
  });

  it('is found where it belongs, which proves that the search works', async () => {
    expect(tracesIn(JSON.stringify(await story('shop').get('Secret', 'birds')))).not.toEqual([]);
  });

  it('is in no log of a service', () => {
    const logs = filesUnder(installation().home.logs).filter((path) => SERVICE_LOG.test(path));
    expect(logs.length).toBeGreaterThanOrEqual(5);
    for (const path of logs) expect({ path, found: tracesIn(readFileSync(path)) }).toEqual({ path, found: [] });
  });

  it('is in no response of the API', async () => {
    const paths = ids
      .flatMap((id) => [`/api/v1/releases/${id}`, `/api/v1/releases/${id}/events`])
      .concat('/api/v1/projects/shop/stable', '/api/v1/projects/shop/history');
    for (const path of paths) {
      const answer = await story('shop').text(path);
      expect(answer.length).toBeGreaterThan(2);
      expect({ path, found: tracesIn(answer) }).toEqual({ path, found: [] });
    }
    expect(refusal).toContain('422');
    expect(tracesIn(refusal)).toEqual([]);
  });

  it('is in no table, sealed bundles included', async () => {
    const tables = await everyTable();
    expect(tables['event']).toContain(ids[0]);
    expect(tables['artifact']).not.toBe('');
    for (const [table, text] of Object.entries(tables)) {
      // pg_dump writes a bytea in hexadecimal.
      const hex = traces.filter((trace) => text.includes(Buffer.from(trace).toString('hex')));
      expect({ table, found: [...tracesIn(text), ...hex] }).toEqual({ table, found: [] });
    }
  });

  it("is in no file of JetStream's store, and in none of Postgres'", () => {
    for (const folder of [installation().home.nats, dataIn(installation().home.postgres)]) {
      const files = filesUnder(folder);
      expect(files.length).toBeGreaterThan(0);
      for (const path of files) expect({ path, found: tracesIn(contentOf(path)) }).toEqual({ path, found: [] });
    }
  });
});
