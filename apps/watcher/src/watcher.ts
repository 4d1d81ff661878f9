import type { ReleaseLog } from '@alloy/ledger';
import { isRunning, runningStatuses } from '@alloy/release';
import type { Observers } from './observers';
import type { NamespaceWatches } from './namespace-watches';

/** Which releases are observed: those that run, by wake and by sweep. */
export class Watcher {
  constructor(
    private readonly log: ReleaseLog,
    private readonly observers: Observers,
    private readonly watches: NamespaceWatches,
  ) {}

  async wake(releaseId: string): Promise<void> {
    const { state } = await this.log.load(releaseId);
    if (isRunning(state)) this.observers.wake({ releaseId, project: state.project, environment: state.environment });
  }

  async sweep(): Promise<void> {
    for (const key of await this.log.withStatus(runningStatuses)) this.observers.wake(key);
    if (this.observers.size === 0) this.watches.stop();
  }

  async stop(): Promise<void> {
    this.watches.stop();
    await this.observers.stop();
  }
}
