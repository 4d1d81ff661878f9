import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { Client } from 'pg';
import { forgetPostgres, isAlive, spawnDetached, startNats, startPostgres, type Running } from './index';

const ask = async (url: string, sql: string): Promise<unknown> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
};

describe('embedded servers', () => {
  let home: string;
  let started: Running[];
  const keep = <R extends Running>(running: R): R => (started.push(running), running);
  beforeEach(() => {
    started = [];
    // 0700 like root's home: Postgres' own user cannot enter it.
    home = mkdtempSync(join(tmpdir(), 'alloy-embedded-'));
  });
  afterEach(async () => {
    for (const running of started) await running.stop();
    forgetPostgres(join(home, 'postgres'));
    rmSync(home, { recursive: true, force: true });
  });

  it('starts Postgres below a folder of mode 0700, keeps its data, and adopts a running one', async () => {
    expect(statSync(home).mode & 0o777).toBe(0o700);
    const first = keep(await startPostgres({ dir: join(home, 'postgres'), volatile: true }));
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');

    const second = await startPostgres({ dir: join(home, 'postgres') });
    expect({ pid: second.pid, port: second.port, adopted: second.adopted }).toEqual({ pid: first.pid, port: first.port, adopted: true });

    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    expect(isAlive(second.identity)).toBe(false);

    const third = keep(await startPostgres({ dir: join(home, 'postgres'), volatile: true }));
    expect(third.adopted).toBe(false);
    expect(await ask(third.url, 'SELECT answer FROM kept')).toEqual({ answer: 42 });
    expect(await ask(third.url, 'SHOW listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' });
    await third.stop();
    expect(isAlive(third.identity)).toBe(false);
    expect(statSync(join(home, 'postgres', 'password')).mode & 0o777).toBe(0o600);
  });

  it('starts two new Postgres at once', async () => {
    const folders = ['postgres', 'other'].map((name) => join(home, name));
    try {
      const both = await Promise.all(folders.map(async (dir) => keep(await startPostgres({ dir, volatile: true }))));
      for (const { url } of both) expect(await ask(url, 'SELECT 42 AS answer')).toEqual({ answer: 42 });
      for (const running of both) await running.stop();
    } finally {
      forgetPostgres(join(home, 'other'));
    }
  });

  it('starts nats-server with JetStream on loopback and adopts a running one', async () => {
    const dir = join(home, 'nats');
    const first = keep(await startNats({ dir }));
    const again = await startNats({ dir });
    expect({ pid: again.pid, url: again.url, adopted: again.adopted }).toEqual({ pid: first.pid, url: first.url, adopted: true });
    const connection = await connect({ servers: again.url });
    expect((await (await jetstreamManager(connection)).getAccountInfo()).streams).toBe(0);
    await connection.close();
    await again.stop();
    await first.exited;
    expect(first.isAlive()).toBe(false);
    expect(readFileSync(join(dir, 'nats.log'), 'utf8')).toContain('127.0.0.1');
  });

  it('reports the pid of a process in the turn in which it is started', async () => {
    const pids: number[] = [];
    const start = spawnDetached({
      command: process.execPath, args: ['-e', ''], log: join(home, 'node.log'), onPid: (pid) => void pids.push(pid),
    });
    expect(pids).toEqual([expect.any(Number)]);
    const { pid, exited } = await start;
    expect([pids, await exited]).toEqual([[pid], 0]);
  });

  it('names the variable to set when a program is missing', async () => {
    await expect(startPostgres({ dir: join(home, 'postgres'), bin: join(home, 'nowhere') })).rejects.toThrow(
      /ALLOY_POSTGRES_BIN.*DATABASE_URL/,
    );
    const before = process.env['NATS_SERVER_BIN'];
    process.env['NATS_SERVER_BIN'] = join(home, 'nowhere');
    try {
      await expect(startNats({ dir: join(home, 'nats') })).rejects.toMatchObject({
        code: 'binary_missing',
        message: expect.stringContaining('NATS_SERVER_BIN'),
      });
    } finally {
      if (before === undefined) delete process.env['NATS_SERVER_BIN'];
      else process.env['NATS_SERVER_BIN'] = before;
    }
  });
});
