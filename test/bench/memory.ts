import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { services } from '@alloy/contracts';
import { bootstrap } from '@alloy/ledger';
import { eventually } from '../support/eventually';
import type { Installation } from '../support/installation';
import { EmptyService } from './empty-service';
import { median } from './quantile';
import { type Section, times } from './section';

const LIVE = 200;
const PARALLEL = 4;
/** On a slow machine fewer releases are live after this time; the report contains the number. */
const PATIENCE_MS = 75_000;
const SAMPLES = 7;
const SAMPLE_MS = 500;

/** Compares the memory of each service, idle and with many live releases, with an empty Nest application. */
export async function benchMemory(installation: Installation): Promise<Section> {
  const empty = await EmptyService.start();
  try {
    const pids = [empty.pid, ...services.map((service) => installation.pid(service))];
    const idle = await memory(pids);
    const live = await goLive(installation, LIVE);
    const busy = await memory(pids);
    const row = (name: string, i: number): readonly string[] => [
      name,
      `${idle[i]}`,
      times(idle[i]! / idle[0]!),
      `${busy[i]}`,
      times(busy[i]! / busy[0]!),
    ];
    const mib = (rss: readonly number[], i: number): string => `${rss[i]} MiB, ${times(rss[i]! / rss[0]!)} the floor`;
    const fewer = live < LIVE ? ` (of ${LIVE}: no more were live after ${PATIENCE_MS / 1_000} s)` : '';
    return {
      title: 'Memory',
      text: [
        `Resident memory of each process: idle after its start, and while ${live} releases${fewer} are live at once.`,
        'Each release is in its own project and namespace and waits for pods that never become ready, and the watcher observes it.',
        `The floor is an empty Nest application on Fastify. Medians of ${SAMPLES} samples. There is no goal.`,
      ].join(' '),
      head: ['', 'idle, MiB', 'times the floor', `${live} live releases, MiB`, 'times the floor'],
      rows: [row('empty Nest application', 0), ...services.map((service, i) => row(service, i + 1))],
      figures: services.flatMap((service, i) => [
        { name: `memory of ${service}, idle`, value: mib(idle, i + 1) },
        { name: `memory of ${service}, ${live} live releases`, value: mib(busy, i + 1) },
      ]),
    };
  } finally {
    await empty.stop();
  }
}

/** Resident memory of each process, MiB. */
async function memory(pids: readonly number[]): Promise<readonly number[]> {
  const samples: number[][] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await delay(SAMPLE_MS);
    samples.push(pids.map((pid) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024));
  }
  return pids.map((_, i) => Math.round(median(samples.map((sample) => sample[i]!))));
}

/** Starts releases in separate projects that wait for their pods; returns how many do. */
export async function goLive(installation: Installation, wanted: number): Promise<number> {
  const { releases, cluster, tokenSha256 } = installation;
  const { databaseUrl } = installation.addresses();
  const giveUpAt = performance.now() + PATIENCE_MS;
  const names = Array.from({ length: wanted }, (_, i) => `live-${i}`);
  const begin = async (project: string): Promise<void> => {
    await bootstrap({
      databaseUrl,
      user: releases.door.user,
      project,
      policy: { namespace: project, progressDeadline: 3_600 },
      tokenSha256,
    });
    await cluster.createNamespace(project);
    await releases.deploy(project, 'v1-slow');
  };
  const worker = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined && performance.now() < giveUpAt; name = names.pop()) await begin(name);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const waiting = async (): Promise<number> => {
    const { rows } = await releases.pool.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM release WHERE status = 'promoting' AND project LIKE 'live-%'`,
    );
    return rows[0]!.count;
  };
  const all = async (): Promise<number> => {
    const count = await waiting();
    if (count < wanted) throw new Error(`${count} of ${wanted} releases are live`);
    return count;
  };
  return eventually(all, { timeoutMs: Math.max(0, giveUpAt - performance.now()), everyMs: 500 }).catch(waiting);
}
