import { DryRuns, isFollower, plannedShared, plannedWrites, type Inspection, type InspectInput, type Owner } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { DryRunAnswer } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';
import { hideSecrets } from './hide-secrets';

/** The writes of one release that the API server is asked about before anything is written. */
export class TriedWrites {
  private readonly dryRuns: DryRuns;
  readonly nameHash: (content: string) => string;

  constructor(
    readonly owner: Owner,
    readonly namespace: string,
    { artifacts, cluster }: Pick<ExecutorPorts, 'artifacts' | 'cluster'>,
  ) {
    this.dryRuns = new DryRuns(cluster);
    this.nameHash = (content) => artifacts.nameHash(owner.project, content);
  }

  /** Tries the write of an object that was just read, while others are still read. */
  begin(manifest: KubeObject, found: KubeObject | undefined): void {
    // Its pod template names copies, which depend on the whole bundle.
    if (isFollower(manifest)) return;
    for (const write of plannedShared(manifest, found, this)) this.dryRuns.begin(write);
  }

  /**
   * Asks the API server whether it would accept the objects that the release will write, and adds the answers to the
   * inspection. The first refusal refuses the release. Without effect if the release is refused already.
   */
  async addTo(inspection: Inspection, input: InspectInput): Promise<Inspection> {
    if (inspection.inspected.refusal) return inspection;
    const { namespace, nameHash } = this;
    const { report, refusals: found } = await this.dryRuns.report(plannedWrites({ ...input, namespace, nameHash }));
    const hidden = (text: string): string => hideSecrets(text, input.bundle);
    const refusals = found.map(({ code, text }) => ({ code, text: hidden(text) }));
    const [refusal = null] = refusals;
    const hide = (answers: readonly DryRunAnswer[]) => answers.map((answer) => ({ ...answer, cause: hidden(answer.cause) }));
    return {
      inspected: {
        ...inspection.inspected,
        refusal,
        dryRun: { ...report, refused: hide(report.refused), notChecked: hide(report.notChecked) },
      },
      refusals,
      adopted: refusal ? null : inspection.adopted,
    };
  }

  /** Sends no further requests. */
  end(): void {
    this.dryRuns.end();
  }
}
