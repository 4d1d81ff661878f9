import type { Installation } from '../support/installation';
import { BareKube } from './bare-kube';
import { crash } from './crash';
import { ended } from './ended';
import type { Rounds } from './rounds';
import { latencies, type Section } from './section';

const CYCLES = 10;

/** A crash after which the planner decided a rollback. Times in ms since 1970; `seen` in ms after the crash. */
export interface RolledBackCrash {
  readonly crashed: number;
  /** Time until a bare watch reported the crash. */
  readonly seen: number;
  /** When the watcher appended its finding, and when the planner decided. */
  readonly found: number;
  readonly decided: number;
}

export interface CrashOptions {
  /** Number of canaries of each project; default 10. */
  readonly cycles?: number;
  readonly onRolledBack?: (crash: RolledBackCrash) => void;
}

/**
 * Brings canaries of several projects under analysis side by side, then lets them crash one after the other, each after
 * the rollback of the previous one. Measures the time from the crash until a bare watch reports it, and until the
 * planner decides the rollback.
 */
export async function crashRounds(installation: Installation, projects: readonly string[], options: CrashOptions = {}): Promise<Rounds> {
  const { cycles = CYCLES, onRolledBack } = options;
  const { releases, home, cluster } = installation;
  const kube = new BareKube(cluster.url, home.kubeconfig);
  const floor: number[][] = [];
  const alloy: number[][] = [];
  const all = <T>(act: (project: string) => Promise<T>): Promise<T[]> => Promise.all(projects.map(act));
  try {
    await all(async (project) => ended(installation, await releases.deploy(project, 'v1'), 'ReleasePromoted'));
    for (let cycle = 0; cycle < cycles; cycle++) {
      const [seen, decided]: [number[], number[]] = [[], []];
      const canaries = await all(async (project) => [project, await underAnalysis(installation, project, `v2-${cycle}`)] as const);
      for (const [project, release] of canaries) {
        const crashed = await crash(kube, project);
        const { occurredAt } = await releases.event(release, 'RollbackDecided');
        await ended(installation, release, 'ReleaseRolledBack');
        seen.push(crashed.seen);
        decided.push(Date.parse(occurredAt) - crashed.at);
        const found = await releases.event(release, 'WorkloadDegraded');
        onRolledBack?.({ crashed: crashed.at, seen: crashed.seen, found: Date.parse(found.occurredAt), decided: Date.parse(occurredAt) });
      }
      floor.push(seen);
      alloy.push(decided);
    }
  } finally {
    kube.close();
  }
  return { floor, alloy };
}

/** Measures how soon the planner decides a rollback after a crash. */
export async function benchCrashes(installation: Installation, projects: readonly string[]): Promise<Section> {
  return latencies(
    'Pod crash → rollback decided',
    [
      'The bench sets the status of a canary pod under analysis to CrashLoopBackOff,',
      `${CYCLES * projects.length} times: ${projects.length} projects release side by side,`,
      'and one canary crashes after the previous one has been rolled back. The floor is the time until a bare, already open watch reports',
      'it. Alloy’s watcher gets the change from the same kind of watch, reads both Deployments, their ReplicaSets and their pods again in',
      'parallel (four requests like the floor’s), and appends `WorkloadDegraded`. After the commit notification the planner reads the',
      'release and its context and decides. The measured time ends at the time in `RollbackDecided`.',
    ].join(' '),
    { 'crash → rollback decided': await crashRounds(installation, projects) },
  );
}

/** Deploys, and waits until the canary is under analysis; returns the release's id. */
async function underAnalysis({ releases }: Installation, project: string, tag: string): Promise<string> {
  const release = await releases.deploy(project, tag);
  await releases.event(release, 'StepStarted', ({ data }) => (data as { spec: { kind: string } }).spec.kind === 'analyse');
  return release;
}
