import { baselineName, canaryName, type SharedInformers, type WorkloadChange } from '@alloy/cluster';
import { Throttle } from '@alloy/runtime';
import type { Waiting } from './executor-ports';

export interface WaitingReleasesOptions {
  readonly informers: Pick<SharedInformers, 'onChange' | 'isSynced' | 'failure'>;
  /** Works on the release; must not throw. */
  readonly act: (releaseId: string) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** From 0 to 1; default `Math.random`. */
  readonly random?: () => number;
}

interface Known {
  readonly namespace: string;
  readonly workload: string;
  /**
   * The version that the executor has acted on, and until when it need not act again without a change; undefined: the
   * executor is working on the release.
   */
  readonly waiting?: { readonly version: number; readonly until: number; readonly timer: NodeJS.Timeout | undefined };
}

/**
 * Interval at which the executor acts on a waiting release even without a change. A random part of up to a fifth
 * spreads the releases over time.
 */
const RESYNC_MS = 10 * 60_000;
/** The first change triggers the release at once; all changes within this time after it trigger it once more. */
const GATHER_MS = 50;

/**
 * Releases that wait for their workload. The executor acts on each when an object of its workload changes, when its
 * time has passed, or at a slow resync.
 */
export class WaitingReleases {
  private readonly known = new Map<string, Known>();
  private readonly byWorkload = new Map<string, Set<string>>();
  private readonly changes = new Throttle<string>((releaseId) => this.known.has(releaseId) && this.options.act(releaseId), GATHER_MS);
  private readonly unsubscribe: () => void;

  constructor(private readonly options: WaitingReleasesOptions) {
    this.unsubscribe = options.informers.onChange((change) => this.changed(change));
  }

  /** From now on a change of the workload triggers the release. Idempotent. */
  expect(releaseId: string, { namespace, workload }: Pick<Waiting, 'namespace' | 'workload'>): void {
    const known = this.known.get(releaseId);
    if (known?.namespace === namespace && known.workload === workload && !known.waiting) return;
    this.forget(releaseId);
    this.known.set(releaseId, { namespace, workload });
    const key = keyOf(namespace, workload);
    this.byWorkload.set(key, (this.byWorkload.get(key) ?? new Set()).add(releaseId));
  }

  /** The release waits from now on: see `isSettled`. */
  await(releaseId: string, { namespace, workload, version, seconds }: Waiting): void {
    this.expect(releaseId, { namespace, workload });
    const { act, now, random = Math.random } = this.options;
    const timer = seconds === undefined ? undefined : setTimeout(() => act(releaseId), seconds * 1_000);
    this.known.set(releaseId, { namespace, workload, waiting: { version, until: now() + RESYNC_MS * (1 + random() / 5), timer } });
  }

  /** The release no longer waits. Idempotent. */
  forget(releaseId: string): void {
    const known = this.known.get(releaseId);
    if (!known) return;
    clearTimeout(known.waiting?.timer);
    this.known.delete(releaseId);
    const key = keyOf(known.namespace, known.workload);
    const releases = this.byWorkload.get(key);
    releases?.delete(releaseId);
    if (releases?.size === 0) this.byWorkload.delete(key);
  }

  /**
   * Whether the executor need not act before the watches report a change. `version`: version of the release's stream
   * now.
   */
  isSettled(releaseId: string, version: number): boolean {
    const { informers, now } = this.options;
    const { waiting, namespace = '' } = this.known.get(releaseId) ?? {};
    if (!waiting || waiting.version !== version || now() >= waiting.until) return false;
    return informers.isSynced(namespace) && informers.failure(namespace) === undefined;
  }

  stop(): void {
    this.unsubscribe();
    for (const releaseId of [...this.known.keys()]) this.forget(releaseId);
    this.changes.stop();
  }

  private changed({ namespace, deployment }: WorkloadChange): void {
    if (namespace === undefined || deployment === undefined) {
      for (const [releaseId, known] of this.known) {
        if (namespace === undefined || known.namespace === namespace) this.changes.request(releaseId);
      }
      return;
    }
    for (const name of new Set([deployment, ...SUFFIXES.map((suffix) => without(suffix, deployment))])) {
      for (const releaseId of this.byWorkload.get(keyOf(namespace, name)) ?? []) this.changes.request(releaseId);
    }
  }
}

const keyOf = (namespace: string, workload: string): string => `${namespace}/${workload}`;

const SUFFIXES = [canaryName(''), baselineName('')];
const without = (suffix: string, deployment: string): string =>
  deployment.endsWith(suffix) ? deployment.slice(0, -suffix.length) : deployment;
