import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetPostgres, isAlive, type Identity } from '@alloy/embedded';
import { startPlayground } from '@alloy/playground';
import { connectNats } from '@alloy/transport';
import { eventually } from '../../../test/support/eventually';
import { startInfrastructure } from '../../../test/support/infrastructure';
import { StartedAlloy, answers } from './testing/started-alloy';

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const names = ['postgres', 'nats', 'playground', 'ingest', 'planner', 'executor', 'watcher', 'notifier'];

interface Card {
  readonly url: string;
  readonly kubeconfig: string;
  readonly ports: Record<string, number>;
}

describe('npm start', () => {
  let home: string;
  let started: StartedAlloy[];
  const start = (args: readonly string[] = [], env: Record<string, string> = {}): StartedAlloy => {
    const alloy = new StartedAlloy(home, args, env);
    started.push(alloy);
    return alloy;
  };
  const processes = (): Record<string, Identity> => json(join(home, 'processes.json'));

  beforeEach(() => {
    // Mode 0700, like root's home.
    home = mkdtempSync(join(tmpdir(), 'alloy-start-'));
    started = [];
  });
  afterEach(async () => {
    for (const alloy of started) {
      alloy.kill('SIGTERM');
      await alloy.exit;
    }
    forgetPostgres(join(home, 'postgres'));
    rmSync(home, { recursive: true, force: true });
  });

  it('starts everything on loopback, restarts dead processes, finds processes left by a kill -9, and stops cleanly', async () => {
    const first = await start().up();
    const card = json<Card>(first.at('alloy.json'));
    expect((await fetch(`${card.url}/health`)).status).toBe(200);
    for (const port of Object.values(card.ports)) await isReady(port);
    for (const secret of ['token', 'kubeconfig', 'master.key', 'passwords.json'])
      expect([secret, statSync(first.at(secret)).mode & 0o777]).toEqual([secret, 0o600]);
    expect(first.output).toContain(`curl -sS -X POST ${card.url}/api/webhook/deploy`);
    expect(Object.keys(processes()).sort()).toEqual([...names].sort());
    await expectLoopbackOnly(Object.values(card.ports));
    const { port: natsPort } = json<{ port: number }>(join(home, 'nats', 'process.json'));
    await expect(connectNats({ url: `nats://127.0.0.1:${natsPort}`, name: 'stranger' })).rejects.toMatchObject({ code: 'nats_refused' });
    expect(statSync(first.at('nats-passwords.json')).mode & 0o777).toBe(0o600);

    const refused = start();
    expect(await refused.exit).toBe(1);
    expect(refused.output).toMatch(/^alloy: another npm start \(pid \d+\) already uses this home: .*ALLOY_HOME.*\n$/);

    const before = processes();
    process.kill(before['planner']!.pid, 'SIGKILL');
    await eventually(() => expect(first.output).toContain('planner is back'));
    await isReady(card.ports['planner']!);

    await changePolicy(card.url, readFileSync(first.at('token'), 'utf8').trim(), { progressDeadline: 7 });
    const left = processes();
    first.kill('SIGKILL');
    await first.exit;
    const second = await start().up();
    expect(await policyOf(json<Card>(second.at('alloy.json')).url, readFileSync(second.at('token'), 'utf8').trim())).toMatchObject({
      progressDeadline: 7,
      image: 'registry.example.com/shop/web',
    });
    expect(second.output).toMatch(/stopped processes left by an earlier start: .*planner/);
    expect(second.output).toContain('postgres was still running');
    const now = processes();
    expect([now['postgres'], now['nats']]).toEqual([left['postgres'], left['nats']]);
    for (const name of ['playground', 'ingest', 'planner', 'executor', 'watcher', 'notifier'])
      expect([name, isAlive(left[name]!)]).toEqual([name, false]);

    second.kill('SIGINT');
    expect(await second.exit).toBe(0);
    for (const [name, identity] of Object.entries(now)) expect([name, isAlive(identity)]).toEqual([name, false]);
    expect(json<Record<string, Identity>>(join(home, 'processes.json'))).toEqual({});
  });

  it('uses external servers and an external cluster if configured, and deletes its data with --fresh', async () => {
    const infrastructure = await startInfrastructure();
    const playground = await startPlayground({ home: join(home, 'cluster') });
    try {
      const own = { DATABASE_URL: infrastructure.databaseUrl, NATS_URL: infrastructure.natsUrl };
      const first = await start(['--cluster', playground.kubeconfigPath], own).up();
      expect(Object.keys(processes()).sort()).toEqual(['executor', 'ingest', 'notifier', 'planner', 'watcher']);
      expect(json<Card>(first.at('alloy.json')).kubeconfig).toBe(playground.kubeconfigPath);
      const token = readFileSync(first.at('token'), 'utf8');
      first.kill('SIGTERM');
      expect(await first.exit).toBe(0);

      const fresh = await start(['--fresh']).up();
      expect(readFileSync(fresh.at('token'), 'utf8')).not.toBe(token);
      expect(Object.keys(processes()).sort()).toEqual([...names].sort());
      // Not created by Alloy, so not deleted.
      expect(statSync(playground.kubeconfigPath).isFile()).toBe(true);
    } finally {
      for (const alloy of started) {
        alloy.kill('SIGTERM');
        await alloy.exit;
      }
      await playground.stop();
      await infrastructure.stop();
    }
  });

  it('stops everything with one line if a service keeps dying', async () => {
    const alloy = await start().up();
    const running = processes();
    for (let death = 1; death <= 3; death++) {
      const { pid } = await eventually(() => {
        const now = processes()['watcher']!;
        if (!isAlive(now)) throw new Error('not back yet');
        return now;
      });
      process.kill(pid, 'SIGKILL');
      await eventually(() => expect(processes()['watcher']?.pid).not.toBe(pid));
    }
    expect(await alloy.exit).toBe(1);
    expect(alloy.output.trimEnd().split('\n').pop()).toMatch(
      /^alloy: watcher died 3 times in 30 s, so everything was stopped: it was killed$/,
    );
    for (const [name, identity] of Object.entries(running)) expect([name, isAlive(identity)]).toEqual([name, false]);
  });

  it('ends with one line that names APP_PORT if a port is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      const alloy = start([], { APP_PORT: String(port) });
      expect(await alloy.exit).toBe(1);
      expect(alloy.output).toMatch(new RegExp(`alloy: port ${port} \\(for ingest\\) is taken: set APP_PORT.*\\n$`));
    } finally {
      squatter.close();
    }
  });

  it('ends with one line that names NATS_SERVER_BIN if the program does not exist, and leaves nothing running', async () => {
    const alloy = start([], { NATS_SERVER_BIN: '/nowhere/nats-server' });
    expect(await alloy.exit).toBe(1);
    expect(alloy.output.trimEnd().split('\n').pop()).toMatch(/^alloy: NATS_SERVER_BIN names \/nowhere\/nats-server/);
    expect(json<Record<string, Identity>>(join(home, 'processes.json'))).toEqual({});
  });
});

/** On a busy machine a check of the servers may time out once. */
const isReady = (port: number): Promise<void> =>
  eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200));

async function changePolicy(url: string, token: string, policy: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await fetch(`${url}/api/v1/projects/shop`, { method: 'PATCH', headers, body: JSON.stringify({ policy }) })).status).toBe(200);
}

async function policyOf(url: string, token: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/projects/shop`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { policies: Record<string, unknown> }).policies['production'];
}

async function expectLoopbackOnly(ports: readonly number[]): Promise<void> {
  const others = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  );
  for (const port of ports) {
    expect([port, await answers('127.0.0.1', port)]).toEqual([port, true]);
    // Another loopback address: a server that listens on all interfaces would answer there too.
    for (const host of ['127.0.0.2', ...others]) expect([host, port, await answers(host, port)]).toEqual([host, port, false]);
  }
}
