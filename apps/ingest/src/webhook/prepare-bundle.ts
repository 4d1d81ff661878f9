import { setImmediate as turn } from 'node:timers/promises';
import type { Surroundings, TokenHolder } from '@alloy/ledger';
import { kindRules, type Policy } from '@alloy/policy';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { requirePlace } from '../auth/caller';
import { buildBundle, type BuiltBundle } from '../manifests/build-bundle';
import { checkNeighbours } from '../manifests/check-neighbours';
import { KnownFiles } from '../manifests/known-files';
import { KnownWorkloads } from '../manifests/known-workloads';
import { withPlaces } from '../manifests/locate';
import { unknownEnvironment } from '../projects/known-place';
import { valueOf } from '../refuse-with';
import { TagResolver } from '../registry/tag-resolver';
import type { SurroundingsFinder } from '../storage/surroundings-finder';
import { SURROUNDINGS } from '../tokens';
import type { ReleaseOrder } from './release-order';

/**
 * Builds the bundle of a requested release: reads its files and checks them against the other workloads of the
 * namespace.
 */
@Injectable()
export class PrepareBundle {
  constructor(
    @Inject(SURROUNDINGS) private readonly around: SurroundingsFinder,
    @Inject(KnownFiles) private readonly files: KnownFiles,
    @Inject(KnownWorkloads) private readonly workloads: KnownWorkloads,
    @Inject(TagResolver) private readonly registries: TagResolver,
  ) {}

  /**
   * `given`: the policy to use in place of the stored one; the project may then not exist yet.
   *
   * Checks everything before it sends a request to a registry; then builds the bundle again with the tag's digests.
   */
  async bundle(order: ReleaseOrder, caller: TokenHolder, given?: Policy): Promise<BuiltBundle & { readonly imageDigest?: string }> {
    requirePlace(caller, order.project, order.environment, '/project_id');
    // The query of Postgres runs while the manifests are read.
    const [{ settings, deployed }, files] = await Promise.all([
      this.surroundings(order, given), turn().then(() => this.files.read(order.files)),
    ]);
    const { imageTag, strategy } = order;
    const { id: project, environment, policy } = settings;
    const { namespace, image, images, allow, resolveDigest, kinds, refuse, workload } = policy;
    const [, digest] = /(sha256:[0-9a-f]{64})$/.exec(imageTag) ?? [];
    const isResolved = digest === undefined && (order.resolveDigest ?? resolveDigest);
    if (imageTag === 'latest' && !isResolved)
      throw new ProblemError({
        status: 422,
        code: 'invalid_value',
        detail: 'latest changes its image over time: use the tag of this build, or set resolve_digest.',
        pointer: '/image_tag',
      });
    const asked = {
      files, imageTag, strategy, namespace, image, images, allow, workload, kinds: kindRules({ kinds, refuse }),
      hasRollout: policy.rollout !== undefined,
    };
    const built = valueOf(withPlaces(buildBundle(asked), order.files));
    const newcomer = { project, environment, namespace, bundle: built.bundle, pointer: built.pointer };
    valueOf(withPlaces(checkNeighbours(newcomer, await this.workloads.of(deployed)), order.files));
    if (!isResolved) return digest === undefined ? built : { ...built, imageDigest: digest };
    const digests = await this.digestsOf(built.images, imageTag);
    return { ...valueOf(buildBundle({ ...asked, digests })), imageDigest: digests.get(built.image)! };
  }

  private async digestsOf(repositories: readonly string[], tag: string): Promise<ReadonlyMap<string, string>> {
    const resolve = async (one: string) => [one, await this.registries.resolve(one, tag)] as const;
    return new Map(await Promise.all(repositories.map(resolve)));
  }

  private async surroundings({ project, environment }: ReleaseOrder, given?: Policy): Promise<Surroundings> {
    const found = await this.around.find(project, environment);
    if (given) return { settings: { id: project, environment, isConfigured: true, policy: given }, deployed: found?.deployed ?? [] };
    if (!found)
      throw new ProblemError({
        status: 403,
        code: 'forbidden_project',
        detail: 'This token is not valid for this project.',
        pointer: '/project_id',
      });
    if (!found.settings.isConfigured) throw unknownEnvironment(422, '/environment');
    return found;
  }
}
