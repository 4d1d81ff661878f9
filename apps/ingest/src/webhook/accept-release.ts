import type { Ledger, ProjectSettings, TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { requirePlace } from '../auth/caller';
import { newReleaseId } from '../idempotency/release-id';
import { buildBundle, type BuiltBundle } from '../manifests/build-bundle';
import { checkNeighbours } from '../manifests/check-neighbours';
import { KnownWorkloads } from '../manifests/known-workloads';
import { valueOf } from '../refuse-with';
import { TagResolver } from '../registry/tag-resolver';
import { LEDGER } from '../tokens';
import type { DeployRequest } from './deploy-request';

const ENVIRONMENT = 'production';

/** Takes a release in: checks who asks and what for, seals the manifests, appends `ReleaseRequested`. */
@Injectable()
export class AcceptRelease {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KnownWorkloads) private readonly workloads: KnownWorkloads,
    @Inject(TagResolver) private readonly registries: TagResolver,
  ) {}

  /** Gives the release's id. Throws a `ProblemError` for a refusal, of which nothing is kept. */
  async accept(request: DeployRequest, caller: TokenHolder): Promise<string> {
    const project = request.project_id;
    // A pipeline's token says by itself who asks.
    if (caller.places === undefined && request.user_id !== caller.account) throw new ProblemError({ status: 403, code: 'forbidden_user', detail: 'This token is not of that user.', pointer: '/user_id' });
    requirePlace(caller, project, ENVIRONMENT, '/project_id');
    const settings = await this.ledger.policies.find(project, ENVIRONMENT);
    if (!settings) throw new ProblemError({ status: 403, code: 'forbidden_project', detail: 'This token is not for that project.', pointer: '/project_id' });
    const { bundle, image, replicas, imageDigest } = await this.bundle(request, settings);

    const releaseId = newReleaseId();
    const artifact = await this.ledger.artifacts.seal(releaseId, project, bundle);
    const { strategy, image_tag: imageTag, commit_sha: commitSha } = request;
    await this.ledger.log.append(
      { releaseId, project, environment: ENVIRONMENT },
      [{ type: 'ReleaseRequested', data: { strategy, image, imageTag, ...(imageDigest === undefined ? {} : { imageDigest }), commitSha, artifact, workload: bundle.workload, replicas, retryOf: null, rollbackOf: null } }],
      { expected: 0, actor: { kind: 'ci', id: caller.account }, causationId: null },
    );
    return releaseId;
  }

  /** Everything is checked before a registry is asked; then the bundle is built anew with what the tag stands for. */
  private async bundle({ files, image_tag: imageTag, strategy, resolve_digest: isAsked }: DeployRequest, settings: ProjectSettings): Promise<BuiltBundle & { readonly imageDigest?: string }> {
    const { id: project, environment, policy: { namespace, image, resolveDigest } } = settings;
    const isResolved = isAsked ?? resolveDigest;
    if (imageTag === 'latest' && !isResolved) throw new ProblemError({ status: 422, code: 'invalid_value', detail: 'latest names another image tomorrow: give the tag of this build, or have it resolved.', pointer: '/image_tag' });
    const asked = { files, imageTag, strategy, namespace, image };
    const built = valueOf(buildBundle(asked));
    const newcomer = { project, environment, namespace, bundle: built.bundle, pointer: built.pointer };
    valueOf(checkNeighbours(newcomer, await this.workloads.around(newcomer)));
    if (!isResolved) return built;
    const imageDigest = await this.registries.resolve(built.image, imageTag);
    return { ...valueOf(buildBundle({ ...asked, digest: imageDigest })), imageDigest };
  }
}
