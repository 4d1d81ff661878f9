import { Module } from '@nestjs/common';
import { freePort } from '@alloy/embedded';
import { Writable } from 'node:stream';
import { eventually } from '../../../test/support/eventually';
import { securityHeaders, startService, type Dependency, type RunningService, type ServiceOptions } from './index';

class Away extends Error {}

/** A server that can be stopped and made to refuse connections. */
class Server {
  failure: Error | undefined;
  probes = 0;
  readonly dependency: Dependency;

  constructor(name: string, failure?: Error) {
    this.failure = failure;
    this.dependency = {
      name,
      title: `${name} at somewhere:1`,
      probe: async () => {
        this.probes += 1;
        if (this.failure) throw this.failure;
      },
      isTemporary: (error) => error instanceof Away,
    };
  }
}

class Lines extends Writable {
  private text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  messages(): string[] {
    return this.text.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { msg: string }).msg);
  }
}

@Module({})
class Empty {}

describe('a service whose servers are not available yet', () => {
  let port: number;
  let lines: Lines;
  let running: RunningService | undefined;
  beforeEach(async () => {
    port = await freePort();
    lines = new Lines();
    running = undefined;
  });
  afterEach(() => running?.close());

  const options = (
    servers: readonly Server[],
    more: Partial<ServiceOptions<{ HOST: string; PORT: number; LOG_LEVEL: 'info' }>> = {},
  ): ServiceOptions<{ HOST: string; PORT: number; LOG_LEVEL: 'info' }> => ({
    name: 'planner',
    config: () => ({ HOST: '127.0.0.1', PORT: port, LOG_LEVEL: 'info' }),
    dependencies: () => servers.map(({ dependency }) => dependency),
    module: () => Empty,
    destination: lines,
    ...more,
  });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  it('is alive and not ready while it waits, logs once per server that it waits, and starts when they are available', async () => {
    const [db, nats] = [new Server('db', new Away('the database system is starting up')), new Server('nats', new Away('refused'))];
    const started = startService(options([db, nats]));
    await eventually(async () => expect((await get('/readyz')).status).toBe(503));
    expect(await (await get('/readyz')).json()).toEqual({
      status: 'unavailable',
      checks: { db: 'failed', nats: 'failed' },
      draining: false,
      waiting: ['db', 'nats'],
    });
    expect((await get('/livez')).status).toBe(200);
    const other = await get('/api/v1/releases');
    expect([other.status, other.headers.get('retry-after'), other.headers.get('content-type')]).toEqual([
      503, '1', 'application/problem+json; charset=utf-8',
    ]);
    for (const [name, value] of Object.entries(securityHeaders)) expect(other.headers.get(name)).toBe(value);
    await eventually(() => expect(db.probes).toBeGreaterThan(3));
    nats.failure = undefined;
    await eventually(async () => expect(await (await get('/readyz')).json()).toMatchObject({ waiting: ['db'] }));
    db.failure = undefined;
    running = await started;
    expect(running.port).toBe(port);
    expect((await get('/readyz')).status).toBe(200);
    expect(
      lines
        .messages()
        .filter((line) => /waiting|answers|ready/.test(line))
        .sort(),
    ).toEqual([
      'db at somewhere:1 answers', 'nats at somewhere:1 answers', 'ready',
      'waiting for db at somewhere:1: the database system is starting up',
      'waiting for nats at somewhere:1: refused',
    ]);
  });

  it('stops immediately after a permanent failure, also while it waits for another server, and releases its port', async () => {
    const [db, nats] = [new Server('db', new Error('password authentication failed')), new Server('nats', new Away('refused'))];
    await expect(startService(options([nats, db]))).rejects.toThrow('password authentication failed');
    await expect(get('/livez')).rejects.toThrow();
  });

  it('waits again if a server becomes unavailable between the probe and the start', async () => {
    const db = new Server('db');
    let starts = 0;
    const module = () => {
      starts += 1;
      if (starts === 1) throw new Away('the database system is starting up');
      return Empty;
    };
    running = await startService(options([db], { module }));
    expect([starts, db.probes]).toEqual([2, 2]);
    expect(lines.messages()).toContain('the start failed because a required server became unavailable; starting again');
  });

  it('opens no waiting server if every server is available at the first attempt', async () => {
    running = await startService(options([new Server('db')]));
    expect(lines.messages().filter((line) => /waiting|answers/.test(line))).toEqual([]);
  });
});
