import { setImmediate as turn } from 'node:timers/promises';
import type { Surroundings, TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { requirePlace } from '../auth/caller';
import { buildBundle, type BuiltBundle } from '../manifests/build-bundle';
import { checkNeighbours } from '../manifests/check-neighbours';
import { KnownFiles } from '../manifests/known-files';
import { KnownWorkloads } from '../manifests/known-workloads';
import { unknownEnvironment } from '../projects/known-place';
import { valueOf } from '../refuse-with';
import { TagResolver } from '../registry/tag-resolver';
import type { SurroundingsFinder } from '../storage/surroundings-finder';
import { SURROUNDINGS } from '../tokens';
import type { ReleaseOrder } from './release-order';

/** Makes the bundle of a release that somebody wants: reads and checks its files, among what else runs there. */
@Injectable()
export class PrepareBundle {
  constructor(
    @Inject(SURROUNDINGS) private readonly around: SurroundingsFinder,
    @Inject(KnownFiles) private readonly files: KnownFiles,
    @Inject(KnownWorkloads) private readonly workloads: KnownWorkloads,
    @Inject(TagResolver) private readonly registries: TagResolver,
  ) {}

  /** Everything is checked before a registry is asked; then the bundle is built anew with what the tag stands for. */
  async bundle(order: ReleaseOrder, caller: TokenHolder): Promise<BuiltBundle & { readonly imageDigest?: string }> {
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
    const found = await this.around.find(project, environment);
    if (!found) throw new ProblemError({ status: 403, code: 'forbidden_project', detail: 'This token is not for that project.', pointer: '/project_id' });
    if (!found.settings.isConfigured) throw unknownEnvironment(422, '/environment');
    return found;
  }
}
