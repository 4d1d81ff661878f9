import type { KubeObject, StoredEvent } from '@alloy/contracts';
import type { Installation } from '../support/installation';
import { BareKube } from './bare-kube';
import { crash } from './crash';
import { ended } from './ended';
import type { Rounds } from './rounds';
import { latencies, type Section } from './section';

const CYCLES = 10;
const PATCHES = 10;
const BARE = 'bare';

/** A write of the executor that the API server accepted; `at` in ms since 1970. */
interface Accepted {
  readonly path: string;
  readonly at: number;
}

/** From a decision until its first write was accepted. */
export interface Delay {
  /** Kind of the step that was started, or `rollback`. */
  readonly decision: string;
  readonly ms: number;
}

export interface PatchOptions {
  /** Canaries; default 10. */
  readonly cycles?: number;
  readonly onDelay?: (delay: Delay) => void;
}

type Samples = { readonly floor: (readonly number[])[]; readonly alloy: (readonly number[])[] };

/**
 * Canaries one after the other, each of which crashes under analysis.
 * Times of a bare PATCH, and from a decision until the API server has accepted its first write.
 */
export async function patchRounds(installation: Installation, project: string, options: PatchOptions = {}): Promise<Rounds> {
  const { cycles = CYCLES, onDelay } = options;
  const { releases, home, cluster } = installation;
  const proxy = installation.api('executor');
  const accepted: Accepted[] = [];
  proxy.onAnswer = (method, path, status) => {
    // What is told to Events carries nothing out.
    if (method !== 'GET' && status < 300 && !path.includes('/events')) accepted.push({ path, at: Date.now() });
  };
  const [proxied, direct] = [new BareKube(proxy.url, home.kubeconfig), new BareKube(cluster.url, home.kubeconfig)];
  const patches: Samples = { floor: [], alloy: [] };
  try {
    await cluster.createNamespace(BARE);
    await proxied.create(deployments(BARE), idle);
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

/** How soon the executor writes what was decided. */
export async function benchCluster(installation: Installation, project: string): Promise<Section> {
  return patchSection(await patchRounds(installation, project));
}

const deployments = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments`;

const idle: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: BARE },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: BARE } },
    template: { metadata: { labels: { app: BARE } }, spec: { containers: [{ name: BARE, image: 'registry.example.com/bare:v1' }] } },
  },
};

async function barePatches(kube: BareKube): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < PATCHES; i++) {
    const begun = performance.now();
    await kube.patch(`${deployments(BARE)}/${BARE}`, { metadata: { annotations: { 'bench/turn': String(begun) } } });
    taken.push(performance.now() - begun);
  }
  return taken;
}

/** From each decision to the first write that was accepted before the next one; a decision that asks for no write has none. */
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
    `Steps and rollbacks of ${CYCLES} canaries, all services running, two pods and 60 requests/s of traffic. From the time that the decision carries, which is before its commit, until the API server has accepted the first write for it. The floor is a PATCH of a Deployment by a client with an open connection, by way of the same proxy, which takes the times. Alloy’s way begins with the commit and the writer’s poke; the executor reads what is new of the release and unseals its manifests meanwhile. What a decision begins with is, in all of these, its mark on an object (the fence, by which whatever an earlier decision still has under way is refused): that is written from what the executor remembers, on condition of the object’s version. Pods are moved only after a look at everything live, which follows it and is not in these times.`,
    { 'decision → accepted': rounds },
  );
