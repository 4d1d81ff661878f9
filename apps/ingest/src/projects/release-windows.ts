import type { PolicyBook, ReleaseLog } from '@alloy/ledger';
import { Inject, Injectable } from '@nestjs/common';
import { POLICIES, RELEASE_LOG } from '../tokens';
import { knownPlace } from './known-place';
import { releaseWindow, type ReleaseWindow, type RunningRelease } from './release-window';

/** Finds out whether releases may start now. */
@Injectable()
export class ReleaseWindows {
  constructor(
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
  ) {}

  /** Throws 404 for a project or environment that accepts no releases. */
  async look(project: string, environment: string): Promise<ReleaseWindow> {
    const settings = await knownPlace(this.policies, project, environment);
    const { slot, waiting } = await this.log.context({ releaseId: '', project, environment });
    return releaseWindow({
      project, environment, whenBusy: settings.policy.whenBusy,
      running: slot.holder === null ? null : await this.running(slot.holder),
      waiting,
    });
  }

  private async running(id: string): Promise<RunningRelease | null> {
    const { state } = await this.log.load(id);
    return 'request' in state
      ? { id, status: state.status, imageTag: state.request.imageTag, urgent: state.request.urgent ?? false }
      : null;
  }
}
