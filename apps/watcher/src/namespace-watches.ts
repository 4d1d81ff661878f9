import type { Cluster, Watching } from '@alloy/cluster';
import { outside } from '@alloy/service';

/** The first change leads to a look at once, all those within this time after it to one more. */
const GATHER_MS = 100;

/** Follows the pods of the namespaces in which releases run, so that a crash is seen when it happens and not at the next look. */
export class NamespaceWatches {
  private readonly watches = new Map<string, Watching>();
  private timer: NodeJS.Timeout | undefined;
  private again = false;

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
    if (this.timer) {
      this.again = true;
      return;
    }
    this.again = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.again) this.changed();
    }, GATHER_MS);
    this.onChange();
  }
}
