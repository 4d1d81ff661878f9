import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, spawnDetached, type Running } from '@alloy/embedded';
import { eventually } from '../../../test/support/eventually';
import { ProcessRecord } from './process-record';
import type { StartError } from './start-error';
import { Supervisor, type Part } from './supervisor';

describe('Supervisor', () => {
  let home: string;
  let record: ProcessRecord;
  let supervisor: Supervisor;
  let gaveUp: StartError[];
  const said: string[] = [];
  const order: string[] = [];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'alloy-supervisor-'));
    record = new ProcessRecord(join(home, 'processes.json'));
    gaveUp = [];
    said.length = order.length = 0;
    supervisor = new Supervisor(record, (line) => said.push(line), (error) => gaveUp.push(error));
  });
  afterEach(async () => {
    await supervisor.stop([['a'], ['b']]);
    rmSync(home, { recursive: true, force: true });
  });

  const part = (name: string, script = 'setInterval(() => {}, 1000)', starts: Running[] = []): Part => ({
    name,
    lastOutput: () => 'its last words',
    start: async (onSpawn) => {
      const running = await spawnDetached({ command: process.execPath, args: ['-e', script], log: join(home, `${name}.log`) });
      starts.push(running);
      onSpawn(running);
      void running.exited.then(() => order.push(name));
      return running;
    },
  });

  it('restarts dead processes and updates the record', async () => {
    const starts: Running[] = [];
    const first = await supervisor.up(part('a', undefined, starts));
    process.kill(first.pid, 'SIGKILL');
    await eventually(() => expect(said).toContain('a is back'));
    expect(starts).toHaveLength(2);
    expect(starts[1]!.isAlive()).toBe(true);
    expect(said[0]).toMatch(/a died \(it was killed\)/);

    const later = new ProcessRecord(join(home, 'processes.json'));
    expect(await later.stopLeftovers([])).toEqual(['a']);
    expect(isAlive(starts[1]!.identity)).toBe(false);
  });

  it('gives up after 3 deaths in 30 s, with one line', async () => {
    await supervisor.up(part('a', 'setTimeout(() => {}, 50)'));
    await eventually(() =>
      expect(gaveUp.map(({ message }) => message)).toEqual(['a died 3 times in 30 s, so everything was stopped: its last words']),
    );
  });

  it('stops rank by rank and empties the record', async () => {
    const [a, b] = [await supervisor.up(part('a')), await supervisor.up(part('b'))];
    await supervisor.stop([['b'], ['a']]);
    expect([a.isAlive(), b.isAlive()]).toEqual([false, false]);
    expect(order).toEqual(['b', 'a']);
    expect(await new ProcessRecord(join(home, 'processes.json')).stopLeftovers([])).toEqual([]);
    expect(gaveUp).toEqual([]);
  });

  it('does not retry permanent failures', async () => {
    const missing: Part = {
      name: 'a',
      lastOutput: () => '',
      start: () => spawnDetached({ command: join(home, 'nowhere'), args: [], log: join(home, 'a.log') }),
    };
    await expect(supervisor.up(missing)).rejects.toMatchObject({ code: 'binary_missing' });
    expect(said).toEqual([]);
  });
});
