import type { Ledger, TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { requireProject } from '../auth/caller';
import { newReleaseId } from '../idempotency/release-id';
import { buildBundle } from '../manifests/build-bundle';
import { checkNeighbours } from '../manifests/check-neighbours';
import { KnownWorkloads } from '../manifests/known-workloads';
import { valueOf } from '../refuse-with';
import { LEDGER } from '../tokens';
import type { DeployRequest } from './deploy-request';

const ENVIRONMENT = 'production';

/** Takes a release in: checks who asks and what for, seals the manifests, appends `ReleaseRequested`. */
@Injectable()
export class AcceptRelease {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KnownWorkloads) private readonly workloads: KnownWorkloads,
  ) {}

  /** Gives the release's id. Throws a `ProblemError` for a refusal, of which nothing is kept. */
  async accept(request: DeployRequest, caller: TokenHolder): Promise<string> {
    const project = request.project_id;
    if (request.user_id !== caller.account) throw new ProblemError({ status: 403, code: 'forbidden_user', detail: 'This token is not of that user.', pointer: '/user_id' });
    requireProject(caller, project, '/project_id');
    const settings = await this.ledger.policies.find(project, ENVIRONMENT);
    if (!settings) throw new ProblemError({ status: 403, code: 'forbidden_project', detail: 'This token is not for that project.', pointer: '/project_id' });
    const { policy } = settings;
    const { files, image_tag: imageTag, strategy } = request;
    const { bundle, image, replicas, pointer } = valueOf(buildBundle({ files, imageTag, strategy, namespace: policy.namespace, image: policy.image }));
    const newcomer = { project, environment: ENVIRONMENT, namespace: policy.namespace, bundle, pointer };
    valueOf(checkNeighbours(newcomer, await this.workloads.around(newcomer)));

    const releaseId = newReleaseId();
    const artifact = await this.ledger.artifacts.seal(releaseId, project, bundle);
    await this.ledger.log.append(
      { releaseId, project, environment: ENVIRONMENT },
      [{ type: 'ReleaseRequested', data: { strategy, image, imageTag, commitSha: request.commit_sha, artifact, workload: bundle.workload, replicas, retryOf: null, rollbackOf: null } }],
      { expected: 0, actor: { kind: 'ci', id: caller.account }, causationId: null },
    );
    return releaseId;
  }
}
