import { covers } from '@alloy/contracts';
import {
  ArtifactUnreadable, type ArtifactStore, type PolicyBook, type ReleaseKey, type ReleaseLog, type StableVersions, type TokenHolder,
} from '@alloy/ledger';
import { handsBack, isEnded, type Payloads } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { requirePlace } from '../auth/caller';
import { newReleaseId } from '../idempotency/release-id';
import { knownPlace } from '../projects/known-place';
import { ARTIFACTS, POLICIES, RELEASE_LOG, STABLE_VERSIONS } from '../tokens';
import { accepted, type Accepted } from './accepted';
import { readRelease, type KnownState } from './read-release';
import { rollbackTarget } from './rollback-target';

export interface RollbackOrder {
  readonly project: string;
  readonly environment: string;
  readonly to: string | undefined;
  readonly reason: string | null;
}

/** New releases of earlier ones, from the same sealed manifests. */
@Injectable()
export class RepeatRelease {
  constructor(
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(STABLE_VERSIONS) private readonly stable: StableVersions,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
  ) {}

  /**
   * The same release again. Throws 409 while the first one is unfinished, 403 if it is a rollback and the caller may
   * not request one.
   */
  async retry(id: string, reason: string | null, caller: TokenHolder): Promise<Accepted> {
    const { state } = await readRelease(this.log, id, caller);
    // A rollback passes the queue and preempts the running release, so its repetition requires the same scope.
    if (state.request.urgent === true && !state.request.emergency && !covers(caller.scope, 'operate'))
      throw new ProblemError({ status: 403, code: 'forbidden_scope', detail: 'To try a rollback again takes the scope operate.' });
    if (handsBack(state))
      throw new ProblemError({ status: 409, code: 'hand_back', detail: 'This hands a workload back: request that again instead.' });
    if (!isEnded(state)) throw new ProblemError({ status: 409, code: 'still_running', detail: 'This release has not ended yet.' });
    return this.request(state, { ...ordinary(state.request), retryOf: id, reason }, caller);
  }

  /** Releases an earlier stable version, immediately. Throws 404 and 409 if there is no such version. */
  async rollback({ project, environment, to, reason }: RollbackOrder, caller: TokenHolder): Promise<Accepted> {
    await knownPlace(this.policies, project, environment);
    const origin = rollbackTarget(await this.look(project, environment), to);
    const { state } = await readRelease(this.log, origin, caller);
    const request = { ...ordinary(state.request), strategy: 'rollout' as const, urgent: true };
    return this.request(state, { ...request, retryOf: null, rollbackOf: origin, reason }, caller);
  }

  private async look(project: string, environment: string): Promise<Parameters<typeof rollbackTarget>[0]> {
    const [versions, { slot, waiting }] = await Promise.all([
      this.stable.all(project, environment),
      this.log.context({ releaseId: '', project, environment }),
    ]);
    const holder = slot.holder === null ? undefined : (await this.log.load(slot.holder)).state;
    return {
      versions,
      running: holder && 'request' in holder ? holder.request : undefined,
      urgentWaits: waiting.some(({ urgent }) => urgent),
    };
  }

  private async request({ project, environment }: KnownState, data: Payloads['ReleaseRequested'], caller: TokenHolder): Promise<Accepted> {
    requirePlace(caller, project, environment);
    const { policy } = await knownPlace(this.policies, project, environment);
    await this.artifacts.open(data.artifact).catch(notRestorable);
    const key: ReleaseKey = { releaseId: newReleaseId(), project, environment };
    await this.log.append(key, [{ type: 'ReleaseRequested', data }], {
      expected: 0,
      actor: { kind: 'user', id: caller.account },
      causationId: null,
      ...(policy.holdAfterRollback && data.rollbackOf !== null && { placesHold: { reason: data.reason ?? null } }),
    });
    return accepted(key, data);
  }
}

/** Without what its user has requested for that one release: a hold is overridden once, and an emergency is over. */
function ordinary({ overridesHold: _, emergency, urgent, ...request }: Payloads['ReleaseRequested']): Payloads['ReleaseRequested'] {
  return { ...request, ...(urgent && !emergency && { urgent }) };
}

function notRestorable(error: unknown): never {
  if (!(error instanceof ArtifactUnreadable)) throw error;
  throw new ProblemError({ status: 409, code: 'not_restorable', detail: 'The sealed manifests of that release can no longer be opened.' });
}
