import { VersionConflict, InlineConflict } from '@alloy/event-store';
import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { plannerAbsenceToRecord, runningStatuses, unplannedStatuses } from '@alloy/release';
import { nodeActor } from '@alloy/service';

export interface PlannerWatchDeps {
  readonly log: Pick<ReleaseLog, 'withStatus' | 'load' | 'context' | 'append'>;
  /** No planner does what planners do all the time. */
  readonly isAway: () => boolean;
  readonly onDetected: (key: ReleaseKey) => void;
}

const undecided = [...unplannedStatuses, ...runningStatuses];

/** Records for each release that a planner was to decide something a minute ago and has not, while no planner is at work: when one is back, it is too late to tell people. */
export class PlannerWatch {
  constructor(private readonly deps: PlannerWatchDeps) {}

  /** One look at every release; rejects with the first failure, the next look begins anew. */
  async look(): Promise<void> {
    if (!this.deps.isAway()) return;
    for (const key of await this.deps.log.withStatus(undecided)) await this.lookAt(key);
  }

  private async lookAt(key: ReleaseKey): Promise<void> {
    const { log, onDetected } = this.deps;
    const [{ state, now }, context] = await Promise.all([log.load(key), log.context(key)]);
    const absence = plannerAbsenceToRecord(state, context, now, 'watcher');
    if (!absence) return;
    try {
      await log.append(key, [absence], { expected: state.version, actor: nodeActor('watcher') });
      onDetected(key);
    } catch (error) {
      // Something happened meanwhile: the next look sees it.
      if (!(error instanceof VersionConflict || error instanceof InlineConflict)) throw error;
    }
  }
}
