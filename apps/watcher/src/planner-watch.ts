import { VersionConflict, InlineConflict } from '@alloy/event-store';
import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { plannerAbsenceToRecord, runningStatuses, unplannedStatuses } from '@alloy/release';
import { nodeActor } from '@alloy/service';

export interface PlannerWatchDeps {
  readonly log: Pick<ReleaseLog, 'withStatus' | 'load' | 'context' | 'append'>;
  /** Whether no planner works now. */
  readonly isAway: () => boolean;
  readonly onDetected: (key: ReleaseKey) => void;
}

const undecided = [...unplannedStatuses, ...runningStatuses];

/**
 * While no planner works, records its absence in each release for which a decision has been due for a minute. A record
 * that the planner makes after its return would notify users too late.
 */
export class PlannerWatch {
  constructor(private readonly deps: PlannerWatchDeps) {}

  /**
   * Checks every release that has not ended, one after the other. Rejects with the first failure; the next call starts
   * again.
   */
  async check(): Promise<void> {
    if (!this.deps.isAway()) return;
    for (const key of await this.deps.log.withStatus(undecided)) await this.checkRelease(key);
  }

  private async checkRelease(key: ReleaseKey): Promise<void> {
    const { log, onDetected } = this.deps;
    const [{ state, now }, context] = await Promise.all([log.load(key), log.context(key)]);
    const absence = plannerAbsenceToRecord(state, context, now, 'watcher');
    if (!absence) return;
    try {
      await log.append(key, [absence], { expected: state.version, actor: nodeActor('watcher') });
      onDetected(key);
    } catch (error) {
      // Another writer appended first: the next check reads its event.
      if (!(error instanceof VersionConflict || error instanceof InlineConflict)) throw error;
    }
  }
}
