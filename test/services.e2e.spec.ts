import { spawn, type ChildProcess } from 'node:child_process';
import { freePort, startNats } from '@alloy/embedded';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database';
import { eventually } from './support/eventually';
import { startInfrastructure, type Infrastructure } from './support/infrastructure';

type ServiceName = 'planner' | 'notifier';

/** A built service as a process, with its output. */
class Built {
  output = '';
  /** The exit code, once all output has been read. */
  readonly exit: Promise<number | null>;

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exit = once(child, 'close').then(([code]) => code as number | null);
  }

  lines(): Array<Record<string, unknown>> {
    return this.output.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

describe('built services', () => {
  const running: Built[] = [];
  let infrastructure: Infrastructure;
  let database: TestDatabase;

  const start = (name: ServiceName, env: Record<string, string> = {}): Built => {
    const base = {
      PATH: process.env['PATH']!,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: database.roleUrl(`alloy_${name}`),
      NATS_URL: infrastructure.natsUrl,
      ALLOY_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
      ALLOY_SECRETS_KEY: Buffer.alloc(32, 2).toString('base64'),
    };
    const built = new Built(
      spawn(process.execPath, [join(__dirname, '..', 'dist', 'apps', name, 'main.js')], {
        env: { ...base, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    running.push(built);
    return built;
  };

  beforeAll(async () => {
    infrastructure = await startInfrastructure();
    process.env['ALLOY_TEST_PG'] = infrastructure.databaseUrl;
    database = await createDatabase();
  });
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
  });
  afterAll(() => infrastructure?.stop());

  it.each<ServiceName>(['planner', 'notifier'])(
    '%s reports that it is ready, answers requests, and shuts down gracefully on SIGTERM',
    async (name) => {
      const service = start(name);
      const ready = await eventually(() => service.lines().find(({ msg }) => msg === 'ready') ?? Promise.reject(new Error(service.output)));
      expect(ready).toMatchObject({ service: name, port: expect.any(Number) });
      const url = `http://127.0.0.1:${String(ready['port'])}`;
      await eventually(async () =>
        expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok', checks: { db: 'ok', nats: 'ok' }, draining: false }),
      );
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
      service.child.kill('SIGTERM');
      expect(await service.exit).toBe(0);
      expect(service.lines().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
    },
  );

  it('a service exits with a one-line error when its port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      const service = start('notifier', { PORT: String(port) });
      expect(await service.exit).toBe(1);
      const errors = service.lines().filter(({ level }) => level === 'fatal' || level === 'error');
      expect(errors).toEqual([
        expect.objectContaining({ msg: `notifier can't start: port ${port} on 127.0.0.1 is taken; set PORT to another one` }),
      ]);
    } finally {
      squatter.close();
    }
  });

  it('a service is live and not ready while the NATS server is unreachable, and starts once it is reachable', async () => {
    const [port, natsPort] = [await freePort(), await freePort()];
    const service = start('planner', { PORT: String(port), NATS_URL: `nats://127.0.0.1:${natsPort}` });
    await eventually(async () =>
      expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toMatchObject({ status: 'unavailable', waiting: ['nats'] }),
    );
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    const dir = mkdtempSync(join(tmpdir(), 'alloy-late-nats-'));
    const nats = await startNats({ dir, port: natsPort });
    try {
      await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200));
      expect(
        service
          .lines()
          .filter(({ level }) => level === 'warn')
          .map(({ msg }) => msg),
      ).toEqual([expect.stringMatching(`^waiting for NATS at 127.0.0.1:${natsPort}: `)]);
      service.child.kill('SIGTERM');
      expect(await service.exit).toBe(0);
    } finally {
      await nats.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('a service exits at once with an error that says what to do when Postgres refuses its password or lacks the database', async () => {
    const wrong = new URL(database.roleUrl('alloy_notifier'));
    wrong.password = 'hunter2';
    const missing = Object.assign(new URL(database.url), { pathname: '/nowhere' });
    for (const [url, message] of [
      [wrong.href, /^notifier can't start: password authentication failed for user "alloy_notifier": DATABASE_URL must have the password/],
      [missing.href, /^notifier can't start: database "nowhere" does not exist: create that database/],
    ] as const) {
      const service = start('notifier', { DATABASE_URL: url });
      expect(await service.exit).toBe(1);
      expect(service.lines().map(({ msg }) => msg)).toEqual([expect.stringMatching(message)]);
      expect(service.output).not.toContain('hunter2');
    }
  });

  it('a service exits with a one-line error that names every invalid variable and prints no value', async () => {
    const service = start('planner', { PORT: 'hunter2', DATABASE_URL: '', SWEEP_SECONDS: 'hunter2' });
    expect(await service.exit).toBe(1);
    expect(service.output).not.toContain('hunter2');
    expect(service.lines()).toEqual([
      expect.objectContaining({ msg: expect.stringMatching(/PORT: .*DATABASE_URL: is missing.*SWEEP_SECONDS: /) }),
    ]);
  });
});
