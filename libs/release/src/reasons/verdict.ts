import type { Reason, ReasonCode, VerdictCode } from '../events';
import type { AnalyseStep } from '../plan';
import type { Current } from '../current';
import { accessSuffix, evidenceOf } from './access';
import { blockedEvidence, blockedSuffix } from './blocked';
import { reason } from './reason';

type SeenVerdict = NonNullable<Current['verdict']>;

/** The verdict passed. */
export const passedReason = (spec: AnalyseStep, verdict: SeenVerdict): Reason =>
  reason('verdict_passed', `analysis.${spec.mode}`, verdict.detail, {
    ...evidence(verdict),
    weight: spec.weight,
    observedSeconds: verdict.observedSeconds,
  });

/** The verdict failed, with the judgement's text. */
export const failedReason = (spec: AnalyseStep, verdict: SeenVerdict): Reason =>
  reason(failCodes[verdict.code], `analysis.${spec.mode}`, verdict.detail, {
    ...evidence(verdict),
    weight: spec.weight,
    observedSeconds: verdict.observedSeconds,
  });

/** The step's deadline passed without a pass or fail verdict. */
export function inconclusiveReason(
  spec: AnalyseStep,
  { verdict, access, blocked, workload }: Pick<Current, 'verdict' | 'access' | 'blocked' | 'workload'>,
): Reason {
  const code = verdict === null ? 'inconclusive' : failCodes[verdict.code];
  const why = verdict === null ? `no verdict was reached${podsSeen(workload)}` : verdict.detail;
  const text = `still inconclusive at ${spec.weight} % after ${spec.deadline} s: ${why}${accessSuffix(access)}${blockedSuffix(blocked)}`;
  const seen: Reason['evidence'] =
    verdict === null ? { verdict: null } : { ...evidence(verdict), observedSeconds: verdict.observedSeconds };
  return reason(code, 'analysis.deadline', text, {
    ...seen, weight: spec.weight, duration: spec.duration, deadline: spec.deadline,
    ...evidenceOf(access),
    ...blockedEvidence(blocked),
  });
}

/** The last number of ready pods, if the watcher recorded it in this attempt. */
const podsSeen = (workload: Current['workload']): string =>
  workload === null ? '' : `, ${workload.ready} of ${workload.desired} ${workload.track} pods were ready`;

const failCodes: Readonly<Record<VerdictCode, ReasonCode>> = {
  error_rate: 'error_rate',
  unhealthy: 'unhealthy',
  no_metrics_endpoint: 'no_metrics_endpoint',
  too_few_requests: 'inconclusive',
  no_data: 'inconclusive',
  within_limits: 'inconclusive',
  healthy: 'inconclusive',
  several_processes: 'several_processes',
  counters_fell: 'counters_fell',
  requests_uncounted: 'requests_uncounted',
};

const evidence = ({ code, verdict, numbers }: SeenVerdict): Reason['evidence'] => ({ verdict, verdictCode: code, ...numbers });
