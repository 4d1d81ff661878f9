import type { StoredEvent } from '@alloy/contracts';
import type { Installation } from '../support/installation';
import { acceptedWrites, type Accepted } from './accepted-writes';
import { BareKube } from './bare-kube';
import { barePatches, createBare } from './bare-patches';
import { crash } from './crash';
import { ended } from './ended';
import type { Rounds } from './rounds';
import { latencies, type Section } from './section';

const CYCLES = 10;

/** The time from a decision until the API server accepted its first write. */
export interface Delay {
  /** The kind of the started step, or `rollback`. */
  readonly decision: string;
  readonly ms: number;
}

export interface PatchOptions {
  /** Number of canaries; default 10. */
  readonly cycles?: number;
  readonly onDelay?: (delay: Delay) => void;
}

type Samples = { readonly floor: (readonly number[])[]; readonly alloy: (readonly number[])[] };

/**
 * Releases one canary after the other; each crashes under analysis. Measures a bare PATCH, and the time from each
 * decision until the API server has accepted its first write.
 */
export async function patchRounds(installation: Installation, project: string, options: PatchOptions = {}): Promise<Rounds> {
  const { cycles = CYCLES, onDelay } = options;
  const { releases, home, cluster } = installation;
  const proxy = installation.api('executor');
  const accepted = acceptedWrites(proxy);
  const [proxied, direct] = [new BareKube(proxy.url, home.kubeconfig), new BareKube(cluster.url, home.kubeconfig)];
  const patches: Samples = { floor: [], alloy: [] };
  try {
    await createBare(cluster, proxied);
    await ended(installation, await releases.deploy(project, 'v1'), 'ReleasePromoted');
    for (let cycle = 0; cycle < cycles; cycle++) {
      patches.floor.push(await barePatches(proxied));
      const release = await releases.deploy(project, `v2-${cycle}`);
      await releases.event(release, 'StepStarted', ({ data }) => (data as { spec: { kind: string } }).spec.kind === 'analyse');
      await crash(direct, project);
      await ended(installation, release, 'ReleaseRolledBack');
      const found = delays(
        await releases.events(release),
        accepted.filter(({ path }) => path.includes(`/namespaces/${project}/`)),
      );
      patches.alloy.push(found.map(({ ms }) => ms));
      for (const delay of found) onDelay?.(delay);
    }
    return patches;
  } finally {
    for (const client of [proxied, direct]) client.close();
  }
}

/** Measures how soon the executor makes the first write for a decision. */
export async function benchCluster(installation: Installation, project: string): Promise<Section> {
  return patchSection(await patchRounds(installation, project));
}

/**
 * The time from each decision to the first write that the API server accepted before the next decision. A decision
 * without a write has no entry.
 */
function delays(events: readonly StoredEvent[], accepted: readonly Accepted[]): readonly Delay[] {
  const decided = events
    .filter(({ type }) => type === 'StepStarted' || type === 'RollbackDecided')
    .map(({ occurredAt, data }) => {
      const { spec } = data as { readonly spec?: { readonly kind: string } };
      return { from: Date.parse(occurredAt), decision: spec?.kind ?? 'rollback' };
    });
  return decided.flatMap(({ from, decision }, i) => {
    const until = decided[i + 1]?.from ?? Infinity;
    const first = accepted.find(({ at }) => at >= from && at < until);
    return first ? [{ decision, ms: first.at - from }] : [];
  });
}

const patchSection = (rounds: Rounds): Section =>
  latencies(
    'Decision → accepted PATCH',
    [
      `Steps and rollbacks of ${CYCLES} canaries, while all services run, with two pods and 60 requests/s of traffic.`,
      'Measured from the time in the decision, which is before its commit, until the API server has accepted the first write for it.',
      'The floor is a PATCH of a Deployment by a client with an open connection, through the same proxy, which measures the times.',
      'Alloy first commits the decision and sends the commit notification; the executor then reads the new events of the release and',
      'unseals its manifests in parallel. The first write of each of these decisions is a fencing annotation on an object, which makes the',
      'API server refuse pending writes of earlier decisions. The executor writes it from its live-state cache, on condition of the',
      'object’s version. The executor scales pods only after a live read of all objects; that read follows the annotation and is not part',
      'of these times.',
    ].join(' '),
    { 'decision → accepted PATCH': rounds },
  );
