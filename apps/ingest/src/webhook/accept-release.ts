import { crashPoint } from '@alloy/contracts';
import type { ArtifactStore, ReleaseKey, ReleaseLog, TokenHolder } from '@alloy/ledger';
import type { LeftObject, Payloads } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { DEFAULT_ENVIRONMENT } from '../requests/names';
import { requirePlace } from '../auth/caller';
import { newReleaseId } from '../idempotency/release-id';
import { RepeatedWebhooks } from '../idempotency/repeated-webhooks';
import { ARTIFACTS, RELEASE_LOG } from '../tokens';
import type { DeployRequest } from './deploy-request';
import { PrepareBundle } from './prepare-bundle';
import type { ReleaseOrder } from './release-order';

/** An accepted release, and the objects of its request that it does not write. */
export interface Taken {
  readonly releaseId: string;
  readonly left: readonly LeftObject[];
}

/** Accepts a release: checks the caller and the request, seals the manifests, appends `ReleaseRequested`. */
@Injectable()
export class AcceptRelease {
  constructor(
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
    @Inject(PrepareBundle) private readonly prepare: PrepareBundle,
    @Inject(RepeatedWebhooks) private readonly repeated: RepeatedWebhooks,
  ) {}

  /**
   * Accepts the body of the original's webhook. Throws a `ProblemError` for a refusal, which
   * leaves no trace.
   */
  async accept(request: DeployRequest, caller: TokenHolder): Promise<Taken> {
    const {
      user_id: user, project_id: project, image_tag: imageTag, commit_sha: commitSha, resolve_digest: resolveDigest,
      ...rest
    } = request;
    // A pipeline's token itself identifies the caller.
    if (caller.places === undefined && user !== caller.account)
      throw new ProblemError({ status: 403, code: 'forbidden_user', detail: 'This token is not of that user.', pointer: '/user_id' });
    const order = { ...rest, project, environment: DEFAULT_ENVIRONMENT, imageTag, commitSha, resolveDigest };
    requirePlace(caller, project, order.environment, '/project_id');
    let taken: Payloads['ReleaseRequested'] | undefined;
    const releaseId = await this.repeated.once(request, caller, async (reserved) => {
      taken = (await this.take(order, caller, reserved)).request;
    });
    return { releaseId, left: (taken ?? (await this.requestOf(releaseId)))?.left ?? [] };
  }

  /** What the first of repeated requests has recorded. */
  private async requestOf(releaseId: string): Promise<Payloads['ReleaseRequested'] | undefined> {
    const { state } = await this.log.load(releaseId);
    return state.status === 'none' ? undefined : state.request;
  }

  /** Returns the release's id and the recorded request. `reserved`: default a new id. Throws like `accept`. */
  async take(
    order: ReleaseOrder,
    caller: TokenHolder,
    reserved: Promise<string> = Promise.resolve(newReleaseId()),
  ): Promise<ReleaseKey & { readonly request: Payloads['ReleaseRequested'] }> {
    const { project, environment, strategy, imageTag, commitSha, reason, overridesHold = false, emergency = false } = order;
    const [{ bundle, image, replicas, left, imageDigest }, releaseId] = await Promise.all([this.prepare.bundle(order, caller), reserved]);
    const actor = { kind: 'ci', id: caller.account } as const;
    const request = await this.artifacts.sealWith(releaseId, project, bundle, async (artifact) => {
      const data: Payloads['ReleaseRequested'] = {
        strategy: emergency ? 'rollout' : strategy, image, imageTag,
        ...(imageDigest === undefined ? {} : { imageDigest }),
        commitSha,
        artifact,
        content: this.artifacts.nameHash(project, `bundle ${JSON.stringify(bundle)}`),
        workload: bundle.workload,
        replicas,
        retryOf: null,
        rollbackOf: null,
        ...(overridesHold ? { overridesHold: true } : {}),
        ...(emergency ? { urgent: true, emergency: true } : {}),
        ...(left.length === 0 ? {} : { left }),
        ...(reason === undefined ? {} : { reason }),
      };
      crashPoint('ingest.before-append');
      await this.log.append({ releaseId, project, environment }, [{ type: 'ReleaseRequested', data }], {
        expected: 0, actor, causationId: null,
      });
      crashPoint('ingest.after-append');
      return data;
    });
    return { releaseId, project, environment, request };
  }
}
