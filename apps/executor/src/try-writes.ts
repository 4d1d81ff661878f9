import { dryRun, plannedWrites, type Inspection, type InspectInput } from '@alloy/cluster';
import type { DryRunAnswer } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';
import { hideSecrets } from './hide-secrets';

/**
 * Asks the API server whether it would accept the objects that the release will write, and adds the answers to the
 * inspection. The first refusal refuses the release. Without effect if the release is refused already.
 */
export async function tryWrites(
  inspection: Inspection, input: InspectInput, namespace: string, { artifacts, cluster }: Pick<ExecutorPorts, 'artifacts' | 'cluster'>,
): Promise<Inspection> {
  if (inspection.inspected.refusal) return inspection;
  const nameHash = (content: string): string => artifacts.nameHash(input.owner.project, content);
  const { report, refusals: found } = await dryRun(cluster, plannedWrites({ ...input, namespace, nameHash }));
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
