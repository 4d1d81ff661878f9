import { setImmediate as turn } from 'node:timers/promises';
import { findSurroundings, type Ledger, type ReleaseKey, type Surroundings, type TokenHolder } from '@alloy/ledger';
import type { Payloads, RequestedStrategy } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { DEFAULT_ENVIRONMENT } from '../requests/names';
import { requirePlace } from '../auth/caller';
import { newReleaseId } from '../idempotency/release-id';
import { RepeatedWebhooks } from '../idempotency/repeated-webhooks';
import { buildBundle, type BuiltBundle } from '../manifests/build-bundle';
import { checkNeighbours } from '../manifests/check-neighbours';
import { KnownFiles } from '../manifests/known-files';
import { KnownWorkloads } from '../manifests/known-workloads';
import { unknownEnvironment } from '../projects/known-place';
import { valueOf } from '../refuse-with';
import { TagResolver } from '../registry/tag-resolver';
import { LEDGER } from '../tokens';
import type { DeployRequest } from './deploy-request';

/** A release that somebody wants; findings point into `files` and to names as the webhook spells them. */
export interface ReleaseOrder {
  readonly project: string;
  readonly environment: string;
  readonly imageTag: string;
  readonly commitSha: string;
  readonly strategy: RequestedStrategy;
  readonly files: Readonly<Record<string, string>>;
  /** Unset: as the policy says. */
  readonly resolveDigest: boolean | undefined;
  readonly reason?: string | null;
}

/** Takes a release in: checks who asks and what for, seals the manifests, appends `ReleaseRequested`. */
@Injectable()
export class AcceptRelease {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KnownFiles) private readonly files: KnownFiles,
    @Inject(KnownWorkloads) private readonly workloads: KnownWorkloads,
    @Inject(TagResolver) private readonly registries: TagResolver,
    @Inject(RepeatedWebhooks) private readonly repeated: RepeatedWebhooks,
  ) {}

  /** As the original's webhook asks for it. Gives the release's id. Throws a `ProblemError` for a refusal, of which nothing is kept. */
  async accept(request: DeployRequest, caller: TokenHolder): Promise<string> {
    const { user_id: user, project_id: project, image_tag: imageTag, commit_sha: commitSha, resolve_digest: resolveDigest, ...rest } = request;
    // A pipeline's token says by itself who asks.
    if (caller.places === undefined && user !== caller.account) throw new ProblemError({ status: 403, code: 'forbidden_user', detail: 'This token is not of that user.', pointer: '/user_id' });
    const order = { ...rest, project, environment: DEFAULT_ENVIRONMENT, imageTag, commitSha, resolveDigest };
    requirePlace(caller, project, order.environment, '/project_id');
    return this.repeated.once(request, caller, (releaseId) => this.take(order, caller, releaseId));
  }

  /** Gives the release's id, and what was asked for as it is recorded. `reserved`: default a new id. Throws as `accept`. */
  async take(order: ReleaseOrder, caller: TokenHolder, reserved: Promise<string> = Promise.resolve(newReleaseId())): Promise<ReleaseKey & { readonly request: Payloads['ReleaseRequested'] }> {
    const { project, environment, strategy, imageTag, commitSha, reason } = order;
    const [{ bundle, image, replicas, imageDigest }, releaseId] = await Promise.all([this.bundle(order, caller), reserved]);
    const actor = { kind: 'ci', id: caller.account } as const;
    const request = await this.ledger.artifacts.sealWith(releaseId, project, bundle, async (artifact) => {
      const data: Payloads['ReleaseRequested'] = {
        strategy, image, imageTag, ...(imageDigest === undefined ? {} : { imageDigest }), commitSha, artifact, workload: bundle.workload, replicas, retryOf: null, rollbackOf: null,
        ...(reason === undefined ? {} : { reason }),
      };
      await this.ledger.log.append({ releaseId, project, environment }, [{ type: 'ReleaseRequested', data }], { expected: 0, actor, causationId: null });
      return data;
    });
    return { releaseId, project, environment, request };
  }

  /** Everything is checked before a registry is asked; then the bundle is built anew with what the tag stands for. */
  private async bundle(order: ReleaseOrder, caller: TokenHolder): Promise<BuiltBundle & { readonly imageDigest?: string }> {
    requirePlace(caller, order.project, order.environment, '/project_id');
    // Postgres looks while the manifests are read.
    const [{ settings, deployed }, files] = await Promise.all([this.surroundings(order), turn().then(() => this.files.read(order.files))]);
    const { imageTag, strategy } = order;
    const { id: project, environment, policy: { namespace, image, allow, resolveDigest } } = settings;
    const isResolved = order.resolveDigest ?? resolveDigest;
    if (imageTag === 'latest' && !isResolved) throw new ProblemError({ status: 422, code: 'invalid_value', detail: 'latest names another image tomorrow: give the tag of this build, or have it resolved.', pointer: '/image_tag' });
    const asked = { files, imageTag, strategy, namespace, image, allow };
    const built = valueOf(buildBundle(asked));
    const newcomer = { project, environment, namespace, bundle: built.bundle, pointer: built.pointer };
    valueOf(checkNeighbours(newcomer, await this.workloads.of(deployed)));
    if (!isResolved) return built;
    const imageDigest = await this.registries.resolve(built.image, imageTag);
    return { ...valueOf(buildBundle({ ...asked, digest: imageDigest })), imageDigest };
  }

  private async surroundings({ project, environment }: ReleaseOrder): Promise<Surroundings> {
    const found = await findSurroundings(this.ledger.pool, project, environment);
    if (!found) throw new ProblemError({ status: 403, code: 'forbidden_project', detail: 'This token is not for that project.', pointer: '/project_id' });
    if (!found.settings.isConfigured) throw unknownEnvironment(422, '/environment');
    return found;
  }
}
