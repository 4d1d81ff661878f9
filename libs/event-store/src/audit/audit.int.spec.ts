import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder, type AuditReport, chainHash } from '@alloy/audit';
import type { StoredEvent } from '@alloy/contracts';
import { Client, type Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../postgres/create-pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { aRelay, orderAll } from '../testing/a-relay';
import { anEvent } from '../testing/an-event';
import { Checkpointer } from './checkpointer';
import { signingKeyIn } from './signing-key';
import { verifyLog } from './verify-log';

let database: TestDatabase;
let planner: Pool;
let ingest: Pool;
let home: string;
let folder: AuditFolder;
let checkpointer: Checkpointer;

const rethrow = (error: unknown): never => {
  throw error;
};
const checkpointerOf = async (more: { active?: () => boolean; everyMs?: number } = {}): Promise<Checkpointer> =>
  new Checkpointer({
    pool: planner,
    folder,
    key: await signingKeyIn(join(home, 'audit.key')),
    active: () => true,
    onError: rethrow,
    everyMs: 0,
    ...more,
  });

beforeEach(async () => {
  database = await createDatabase();
  // As the services: their roles must be sufficient.
  planner = createPool(database.roleUrl('alloy_planner'), { name: 'test' });
  ingest = createPool(database.roleUrl('alloy_ingest'), { name: 'test' });
  home = await mkdtemp(join(tmpdir(), 'alloy-audit-'));
  folder = new AuditFolder(join(home, 'audit'));
  await folder.publish(await signingKeyIn(join(home, 'audit.key')));
  checkpointer = await checkpointerOf();
});
afterEach(async () => {
  await Promise.all([planner.end(), ingest.end()]);
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

async function append(stream: string, count: number): Promise<void> {
  await new PostgresEventStore({ pool: planner }).append([
    { stream, expected: 'any', events: Array.from({ length: count }, (_, n) => anEvent({ data: { n, stream } })) },
  ]);
  await orderAll(planner, aRelay({ pool: planner, leaseMs: 1 }));
}

/** Three checkpoints of ten events of three streams. */
async function aSignedLog(): Promise<void> {
  for (const stream of ['s-1', 's-2', 's-3']) {
    await append(stream, 3);
    await checkpointer.round();
  }
  await append('s-2', 1);
}

const verify = async (): Promise<AuditReport> => verifyLog({ pool: ingest, keys: await folder.keys(), file: await folder.checkpoints() });
const codes = async (): Promise<readonly string[]> => [...new Set((await verify()).findings.map(({ code }) => code))].sort();

/** Runs as the database's owner, with the triggers disabled. */
async function tamper(...statements: ReadonlyArray<string | readonly [string, unknown[]]>): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const table of ['event', 'event_order', 'checkpoint']) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    for (const statement of statements)
      await (typeof statement === 'string' ? client.query(statement) : client.query(statement[0], statement[1]));
    for (const table of ['event', 'event_order', 'checkpoint'])
      await client.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only`);
  } finally {
    await client.end();
  }
}

/** Statements that replace the end of a stream, from a version on, with matching hashes. */
async function rewritten(stream: string, from: number): Promise<Array<readonly [string, unknown[]]>> {
  const events = await new PostgresEventStore({ pool: planner }).read(stream, { raw: true });
  let { hash } = events[from - 2]!;
  return events.slice(from - 1).map((event: StoredEvent) => {
    const forged = { ...event, data: { forged: true } };
    hash = chainHash(hash, forged);
    return [
      `UPDATE event SET data = '{"forged":true}', hash = $1 WHERE stream = $2 AND version = $3`,
      [hash, stream, event.version],
    ] as const;
  });
}

describe('audit', () => {
  it('signs the heads of the streams in the database and in a file, and finds no fault in an unchanged log', async () => {
    await aSignedLog();
    expect(await verify()).toMatchObject({ ok: true, events: 10, streams: 3, checkpoints: 3, signedUpTo: 9, findings: [], foundInAll: 0 });
    const [first, second] = await folder.checkpoints();
    expect(first).toMatchObject({ number: 1, seq: 3, streams: 1, previous: '0'.repeat(64) });
    expect(second).toMatchObject({ number: 2, seq: 6, streams: 2, previous: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await stat(join(home, 'audit.key'))).mode & 0o777).toBe(0o600);
  });

  it('signs at most once per interval, only if there are new events, and only while it is active', async () => {
    await append('s-1', 1);
    await (await checkpointerOf({ active: () => false })).round();
    expect(await folder.checkpoints()).toHaveLength(0);
    const slow = await checkpointerOf({ everyMs: 3_600_000 });
    await slow.round();
    await append('s-1', 1);
    await slow.round();
    expect(await folder.checkpoints()).toHaveLength(1);
    await checkpointer.round();
    await checkpointer.round();
    expect(await folder.checkpoints()).toHaveLength(2);
  });

  it('continues from another replica\'s checkpoint, and two concurrent replicas make one checkpoint', async () => {
    await aSignedLog();
    const others = [await checkpointerOf(), await checkpointerOf(), checkpointer];
    await Promise.allSettled(others.map((other) => other.round()));
    for (const stream of ['s-4', 's-1']) {
      await append(stream, 2);
      for (const other of others) await other.round();
    }
    expect(await verify()).toMatchObject({ ok: true, checkpoints: 6, signedUpTo: 14 });
  });

  it('appends missing checkpoints to the file, also after a crash in the middle of a line', async () => {
    await aSignedLog();
    const file = join(home, 'audit', 'checkpoints.ndjson');
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.slice(0, -40));
    await (await checkpointerOf()).round();
    expect((await readFile(file, 'utf8')).startsWith(whole)).toBe(true);
    await rm(file);
    await (await checkpointerOf()).round();
    expect((await readFile(file, 'utf8')).startsWith(whole)).toBe(true);
    expect((await verify()).ok).toBe(true);
  });

  describe('with the triggers disabled by the owner of the database, finds', () => {
    beforeEach(aSignedLog);

    it('an edit of an event', async () => {
      await tamper(`UPDATE event SET data = '{"n":7}' WHERE stream = 's-2' AND version = 2`);
      expect(await verify()).toMatchObject({ ok: false, findings: [{ code: 'edited', stream: 's-2', version: 2 }] });
    });

    it('an edit of the actor', async () => {
      await tamper(`UPDATE event SET actor_id = 'another-user' WHERE stream = 's-1' AND version = 3`);
      expect(await codes()).toEqual(['edited']);
    });

    it('a deletion in the middle, only from the log or also from the order', async () => {
      await tamper(`DELETE FROM event WHERE stream = 's-2' AND version = 2`);
      expect(await codes()).toEqual(['gap', 'missing']);
      await tamper(`DELETE FROM event_order WHERE stream = 's-2' AND version = 2`);
      expect(await codes()).toEqual(['gap', 'order']);
    });

    it('a truncated stream, even if the order is adapted', async () => {
      await tamper(
        `DELETE FROM event WHERE stream = 's-3' AND version = 3`,
        `DELETE FROM event_order WHERE stream = 's-3' AND version = 3`,
        `UPDATE event_order SET seq = 9 WHERE seq = 10`,
      );
      expect(await verify()).toMatchObject({
        ok: false,
        signedUpTo: 6,
        findings: [{ code: 'contradicts_checkpoint', checkpoint: 3, seq: 9 }],
      });
    });

    it('a log without its end, and an empty log', async () => {
      await tamper(
        "DELETE FROM event WHERE stream = 's-3'",
        'DELETE FROM event_order WHERE seq > 6',
        `DELETE FROM event WHERE stream = 's-2' AND version = 4`,
      );
      expect(await verify()).toMatchObject({
        ok: false, events: 6, signedUpTo: 6,
        findings: [{ code: 'truncated', checkpoint: 3, seq: 9 }],
      });
      await tamper('TRUNCATE event, event_order, checkpoint');
      expect(await codes()).toEqual(['checkpoint_missing', 'truncated']);
    });

    it('a fork: another end with matching hashes', async () => {
      await tamper(...(await rewritten('s-2', 2)));
      expect(await verify()).toMatchObject({
        ok: false,
        signedUpTo: 3,
        findings: [
          { code: 'contradicts_checkpoint', checkpoint: 2 },
          { code: 'contradicts_checkpoint', checkpoint: 3 },
        ],
      });
    });

    it('a fork with matching checkpoints that the owner signed with another key', async () => {
      const [forger, elsewhere] = [join(home, 'forger.key'), new AuditFolder(join(home, 'elsewhere'))];
      await tamper(...(await rewritten('s-2', 2)), 'TRUNCATE checkpoint');
      await new Checkpointer({
        pool: planner,
        folder: elsewhere,
        key: await signingKeyIn(forger),
        active: () => true,
        onError: rethrow,
        everyMs: 0,
      }).round();
      expect(await codes()).toEqual(expect.arrayContaining(['checkpoint_differs', 'checkpoint_missing', 'contradicts_checkpoint']));
      // Without the file, the signature reveals it.
      const alone = await verifyLog({ pool: ingest, keys: await folder.keys(), file: [] });
      expect(alone.findings.map(({ code }) => code)).toEqual(['bad_signature']);
    });

    it('a change before the next checkpoint, and signs no further checkpoint', async () => {
      await tamper(...(await rewritten('s-3', 2)));
      await append('s-1', 1);
      await expect((await checkpointerOf()).round()).rejects.toMatchObject({ code: 'log_contradicts_checkpoint', checkpoint: 3 });
      await tamper('DELETE FROM checkpoint WHERE number = 3');
      await expect((await checkpointerOf()).round()).rejects.toMatchObject({
        code: 'log_contradicts_checkpoint',
        message: expect.stringContaining('the database does not have'),
      });
      expect(await folder.checkpoints()).toHaveLength(3);
    });
  });

  it('finds a forged line in the file', async () => {
    await aSignedLog();
    const last = (await folder.checkpoints()).at(-1)!;
    const forged = { ...last, number: 4, seq: 10, previous: createHash('sha256').digest('hex') };
    await appendFile(join(home, 'audit', 'checkpoints.ndjson'), `${JSON.stringify(forged)}\n`);
    expect(await codes()).toEqual(['bad_signature', 'broken_chain', 'checkpoint_missing']);
  });
});
