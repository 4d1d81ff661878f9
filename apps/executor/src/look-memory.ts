import { isDeployment, memoryOf, outlineOf, refreshed, type Cluster, type Deployment, type Live, type Watching } from '@alloy/cluster';
import { PROJECT_LABEL } from '@alloy/contracts';
import { outside } from '@alloy/service';
import type { SealedPair } from './open-bundles';

/** What was found, and what the release needed for it. */
export interface Look {
  readonly namespace: string;
  readonly live: Live;
  readonly sealed: SealedPair;
}

/** Looks kept at most; the oldest go first. */
const MOST = 500;
/** A look that nothing came back to is of a release that another replica goes on with. */
const UNUSED_MS = 15 * 60_000;

/**
 * What the executor's last look at each release's surroundings has found, with the Deployments as a watch of their namespace tells of them since.
 * It may be stale, and may be lost at any time: what is written from it carries a condition.
 */
export class LookMemory {
  private readonly looks = new Map<string, Look & { readonly at: number }>();
  private readonly watches = new Map<string, Watching>();

  /** `now`: monotonic clock, ms. */
  constructor(
    private readonly cluster: Pick<Cluster, 'watch'>,
    private readonly now: () => number,
  ) {}

  /** Keeps the look in place of the one before. */
  keep(releaseId: string, { namespace, live, sealed }: Look): void {
    this.looks.delete(releaseId);
    this.looks.set(releaseId, { namespace, live: memoryOf(live), sealed, at: this.now() });
    for (const [oldest, { at }] of this.looks) {
      if (this.looks.size <= MOST && this.now() - at < UNUSED_MS) break;
      this.looks.delete(oldest);
    }
    if (!this.watches.has(namespace)) this.watches.set(namespace, this.follow(namespace));
    this.endUnused();
  }

  /** undefined: look. */
  recall(releaseId: string): Live | undefined {
    const look = this.looks.get(releaseId);
    const objects = look && this.watches.get(look.namespace)?.objects;
    return objects && refreshed(look.live, (name) => objects.get(`${look.namespace}/${name}`) as Deployment | undefined);
  }

  /** The sealed manifests that the release needed last, and so will need again. */
  sealed(releaseId: string): SealedPair | undefined {
    return this.looks.get(releaseId)?.sealed;
  }

  /** The release has ended. Idempotent. */
  forget(releaseId: string): void {
    if (this.looks.delete(releaseId)) this.endUnused();
  }

  stop(): void {
    this.looks.clear();
    this.endUnused();
  }

  /** Only what Alloy has marked: an unmarked Deployment is looked at. */
  private follow(namespace: string): Watching {
    const query = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, labels: PROJECT_LABEL };
    return outside(() => this.cluster.watch(query, () => undefined, (object) => (isDeployment(object) ? outlineOf(object) : object)));
  }

  private endUnused(): void {
    const used = new Set([...this.looks.values()].map(({ namespace }) => namespace));
    for (const [namespace, watching] of this.watches) {
      if (used.has(namespace)) continue;
      watching.stop();
      this.watches.delete(namespace);
    }
  }
}
