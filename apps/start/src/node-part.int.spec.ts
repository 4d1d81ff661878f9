import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type Running } from '@alloy/embedded';
import { nodePart, readinessAt } from './node-part';

/** Answers `/readyz` with 503 the given number of times, as a waiting or as a broken service, then with 200. */
const app = (port: number, unready: number, body: object): string => `
  let left = ${unready};
  require('node:http').createServer((request, response) => {
    if (left-- > 0) return response.writeHead(503).end(${JSON.stringify(JSON.stringify(body))});
    response.writeHead(200).end('{}');
  }).listen(${port}, '127.0.0.1');
  setTimeout(() => process.exit(0), 60_000);`;

describe('nodePart', () => {
  let home: string;
  const spawned: Running[] = [];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'alloy-node-part-'));
  });
  afterEach(async () => {
    for (const running of spawned.splice(0)) await running.stop();
    rmSync(home, { recursive: true, force: true });
  });

  async function start(unready: number, body: object, waits: string[][]): Promise<Running> {
    const port = await freePort();
    mkdirSync(join(home, 'planner'));
    writeFileSync(join(home, 'planner', 'main.js'), app(port, unready, body));
    const part = nodePart({
      name: 'planner', apps: home, logs: home,
      env: { PATH: process.env['PATH'] },
      readiness: () => readinessAt(`http://127.0.0.1:${port}/readyz`),
      onWaiting: (servers) => waits.push([...servers]),
      readyWithinMs: 1_000,
    });
    return part.start((running) => spawned.push(running));
  }

  it('does not count the time in which the service waits for its servers, and reports the wait once', async () => {
    const waits: string[][] = [];
    // 40 answers at 50 ms intervals exceed the time limit for becoming ready.
    const running = await start(40, { waiting: ['db'] }, waits);
    expect(running.isAlive()).toBe(true);
    expect(waits).toEqual([['db']]);
  });

  it('rejects if a service is not ready in time and waits for no server', async () => {
    const waits: string[][] = [];
    await expect(start(1_000, { checks: { db: 'failed' } }, waits)).rejects.toMatchObject({
      code: 'did_not_start',
      message: expect.stringMatching(/^not ready within 1 s/),
    });
    expect(waits).toEqual([]);
  });
});
