import type { PolicyBook, ReleaseLog } from '@alloy/ledger';
import { waitingOf, type WhenBusy, type ReleaseWindow, type RunningRelease } from '@alloy/release';
import { Inject, Injectable } from '@nestjs/common';
import { POLICIES, RELEASE_LOG } from '../tokens';
import { knownPlace } from './known-place';
import { releaseWindow } from './release-window';

/** Finds out whether releases may start now. */
@Injectable()
export class ReleaseWindows {
  constructor(
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
  ) {}

  /** Throws 404 for a project or environment that accepts no releases. */
  async look(project: string, environment: string): Promise<ReleaseWindow> {
    const { policy } = await knownPlace(this.policies, project, environment);
    return this.windowOf(project, environment, policy.whenBusy);
  }

  /** Null: the project or environment accepts no releases. `whenBusy`: default as in its policy. */
  async lookIfKnown(project: string, environment: string, whenBusy?: WhenBusy): Promise<ReleaseWindow | null> {
    const settings = await this.policies.find(project, environment);
    return settings?.isConfigured ? this.windowOf(project, environment, whenBusy ?? settings.policy.whenBusy) : null;
  }

  private async windowOf(project: string, environment: string, whenBusy: WhenBusy): Promise<ReleaseWindow> {
    const { slot, hold = null, waiting } = await this.log.context({ releaseId: '', project, environment });
    return releaseWindow({
      project, environment, whenBusy,
      running: slot.holder === null ? null : await this.running(slot.holder),
      hold, waiting,
    });
  }

  private async running(id: string): Promise<RunningRelease | null> {
    const { state } = await this.log.load(id);
    return 'request' in state
      ? { id, status: state.status, imageTag: state.request.imageTag, urgent: state.request.urgent ?? false, waiting: waitingOf(state) }
      : null;
  }
}
