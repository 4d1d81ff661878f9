import type { Cluster, Watching } from '@alloy/cluster';
import { outside } from '@alloy/service';

/** Changes of many pods within this time lead to one look. */
const GATHER_MS = 100;

/** Follows the pods of the namespaces in which releases run, so that a crash is seen when it happens and not at the next look. */
export class NamespaceWatches {
  private readonly watches = new Map<string, Watching>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly cluster: Pick<Cluster, 'watch'>,
    private readonly onChange: () => void,
  ) {}

  /** Idempotent. */
  follow(namespace: string): void {
    if (this.watches.has(namespace)) return;
    this.watches.set(namespace, outside(() => this.cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace }, () => this.changed())));
  }

  /** Ends all watches; `follow` begins them anew. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const watching of this.watches.values()) watching.stop();
    this.watches.clear();
  }

  private changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.onChange();
    }, GATHER_MS);
  }
}
