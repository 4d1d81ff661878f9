import type { Installation } from '../support/installation';
import { BareKube } from './bare-kube';
import { crash } from './crash';
import { ended } from './ended';
import type { Rounds } from './rounds';
import { latencies, type Section } from './section';

const CYCLES = 10;

/** A crash that was answered by a rollback; ms since 1970, and for `seen` ms from the crash. */
export interface AnsweredCrash {
  readonly crashed: number;
  /** Until a bare watch reported it. */
  readonly seen: number;
  /** When the watcher found it, and when the planner decided. */
  readonly found: number;
  readonly decided: number;
}

export interface CrashOptions {
  /** How often each project releases; default 10. */
  readonly cycles?: number;
  readonly onAnswered?: (crash: AnsweredCrash) => void;
}

/**
 * Canaries of several projects come under analysis side by side; then they crash, one after the other, each when the
 * one before is gone. Times from the crash: until a bare watch reports it, until the rollback is decided.
 */
export async function crashRounds(installation: Installation, projects: readonly string[], options: CrashOptions = {}): Promise<Rounds> {
  const { cycles = CYCLES, onAnswered } = options;
  const { releases, home, cluster } = installation;
  const kube = new BareKube(cluster.url, home.kubeconfig);
  const floor: number[][] = [];
  const alloy: number[][] = [];
  const all = <T>(act: (project: string) => Promise<T>): Promise<T[]> => Promise.all(projects.map(act));
  try {
    await all(async (project) => ended(installation, await releases.deploy(project, 'v1'), 'ReleasePromoted'));
    for (let cycle = 0; cycle < cycles; cycle++) {
      const [seen, decided]: [number[], number[]] = [[], []];
      const canaries = await all(async (project) => [project, await analysed(installation, project, `v2-${cycle}`)] as const);
      for (const [project, release] of canaries) {
        const crashed = await crash(kube, project);
        const { occurredAt } = await releases.event(release, 'RollbackDecided');
        await ended(installation, release, 'ReleaseRolledBack');
        seen.push(crashed.seen);
        decided.push(Date.parse(occurredAt) - crashed.at);
        const found = await releases.event(release, 'WorkloadDegraded');
        onAnswered?.({ crashed: crashed.at, seen: crashed.seen, found: Date.parse(found.occurredAt), decided: Date.parse(occurredAt) });
      }
      floor.push(seen);
      alloy.push(decided);
    }
  } finally {
    kube.close();
  }
  return { floor, alloy };
}

/** How soon a crash is answered. */
export async function benchCrashes(installation: Installation, projects: readonly string[]): Promise<Section> {
  return latencies(
    'Pod crash → rollback decided',
    `The status of a canary pod under analysis is set to CrashLoopBackOff, ${CYCLES * projects.length} times: ${projects.length} projects release side by side, and one canary crashes when the one before is rolled back. The floor is when a bare watch, open already, tells of it. Alloy’s watcher hears it the same way, reads both Deployments, their ReplicaSets and pods anew, all four at once (four requests like the floor’s), appends \`WorkloadDegraded\`, and the planner, poked after that commit, reads the release and what stands around it and decides; the time is the one that \`RollbackDecided\` carries.`,
    { 'crash → rollback decided': await crashRounds(installation, projects) },
  );
}

/** A release whose canary is being judged. */
async function analysed({ releases }: Installation, project: string, tag: string): Promise<string> {
  const release = await releases.deploy(project, tag);
  await releases.event(release, 'StepStarted', ({ data }) => (data as { spec: { kind: string } }).spec.kind === 'analyse');
  return release;
}
