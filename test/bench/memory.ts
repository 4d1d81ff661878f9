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
/** Slower machines get fewer live releases, and the report says how many. */
const PATIENCE_MS = 75_000;
const LOOKS = 7;
const LOOK_MS = 500;

/** Each service's memory, idle and with many releases under way, against an empty Nest application's. */
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
    return {
      title: 'Memory',
      text: `Resident memory of each process: idle after its start, and while ${live} releases${live < LIVE ? ` (of ${LIVE}: no more were under way after ${PATIENCE_MS / 1_000} s)` : ''} are under way at once, each in a project and namespace of its own, all waiting for pods that never become ready, and all observed. The floor is an empty Nest application on Fastify. Medians of ${LOOKS} looks. There is no aim.`,
      head: ['', 'idle, MiB', 'times the floor', `${live} live releases, MiB`, 'times the floor'],
      rows: [row('empty Nest application', 0), ...services.map((service, i) => row(service, i + 1))],
      missed: [],
    };
  } finally {
    await empty.stop();
  }
}

/** MiB of each process. */
async function memory(pids: readonly number[]): Promise<readonly number[]> {
  const looks: number[][] = [];
  for (let i = 0; i < LOOKS; i++) {
    await delay(LOOK_MS);
    looks.push(pids.map((pid) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024));
  }
  return pids.map((_, i) => Math.round(median(looks.map((look) => look[i]!))));
}

/** Releases into projects of their own that come as far as waiting for pods; gives how many did. */
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
    if (count < wanted) throw new Error(`${count} of ${wanted} releases are under way`);
    return count;
  };
  return eventually(all, { timeoutMs: Math.max(0, giveUpAt - performance.now()), everyMs: 500 }).catch(waiting);
}
