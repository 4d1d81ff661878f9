import { ArtifactUnreadable, type ArtifactStore, type DeployedArtifact } from '@alloy/ledger';
import { Inject, Injectable } from '@nestjs/common';
import { ARTIFACTS } from '../tokens';
import { workloadOf, type Neighbour, type Workload } from './check-neighbours';

/** Workloads kept, by the digest of their bundle, which never changes. */
const MAX_KEPT = 1_000;

/** The Deployments around a new one, as their sealed bundles have them; nothing but selectors and labels is kept in memory. */
@Injectable()
export class KnownWorkloads {
  private readonly kept = new Map<string, Workload>();

  constructor(@Inject(ARTIFACTS) private readonly artifacts: ArtifactStore) {}

  /** Bundles that can't be opened any more are left out. */
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

  /** The one that was looked at last goes last. */
  private keep(artifact: string, workload: Workload): void {
    this.kept.delete(artifact);
    this.kept.set(artifact, workload);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}
