import { ArtifactUnreadable, type ArtifactStore, type DeployedArtifact } from '@alloy/ledger';
import { Inject, Injectable } from '@nestjs/common';
import { ARTIFACTS } from '../tokens';
import { workloadOf, type Neighbour, type Workload } from './check-neighbours';

/** Maximum number of cached workloads, by the digest of their bundle, which never changes. */
const MAX_KEPT = 1_000;

/**
 * The Deployments in the namespace of a new one, from their sealed bundles; only selectors and labels are cached in
 * memory.
 */
@Injectable()
export class KnownWorkloads {
  private readonly kept = new Map<string, Workload>();

  constructor(@Inject(ARTIFACTS) private readonly artifacts: ArtifactStore) {}

  /** Skips bundles that can no longer be opened. */
  async of(deployed: readonly DeployedArtifact[]): Promise<readonly Neighbour[]> {
    const found = await Promise.all(deployed.map(async ({ project, artifact }) => ({ project, workload: await this.look(artifact) })));
    return found.flatMap(({ project, workload }) => (workload ? [{ ...workload, project }] : []));
  }

  private async look(artifact: string): Promise<Workload | undefined> {
    const kept = this.kept.get(artifact);
    const workload = kept ?? (await this.open(artifact));
    if (workload) this.keep(artifact, workload);
    return workload;
  }

  private async open(artifact: string): Promise<Workload | undefined> {
    try {
      return workloadOf(await this.artifacts.open(artifact));
    } catch (error) {
      if (error instanceof ArtifactUnreadable) return undefined;
      throw error;
    }
  }

  /** Moves the most recently used workload to the end. */
  private keep(artifact: string, workload: Workload): void {
    this.kept.delete(artifact);
    this.kept.set(artifact, workload);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}
