import { enoughRequests } from '@alloy/analysis';
import type { AnalyseStep } from '../plan';
import { reason } from '../reasons/reason';
import { passedReason } from '../reasons/verdict';
import type { CurrentOf, StepKindRules } from './step-kind';

export const analyse: StepKindRules<AnalyseStep> = {
  hasEffect: false,
  watched: 'throughout',
  deadlineFrom: 'start',
  isSkippable: true,
  place: null,
  minSeconds: ({ duration }) => duration,
  isSettled: hasPassed,
  doneReason: ({ spec, verdict }) =>
    verdict === null ? reason('step_done', 'step.analyse', 'analyse is done') : passedReason(spec, verdict),
  waitedFor: () => 'a verdict',
};

/**
 * A pass counts only if the watcher observed long enough by its own clock and has the data that the mode requires:
 * missing data is never a pass.
 */
function hasPassed({ spec, verdict }: CurrentOf<AnalyseStep>): boolean {
  if (verdict === null || verdict.verdict !== 'pass' || !(verdict.observedSeconds >= spec.duration)) return false;
  if (spec.mode === 'health') return verdict.code === 'healthy';
  const { canaryRequests, canaryErrorRate, canaryOwnReads, baselineRequests, baselineOwnReads } = verdict.numbers;
  return (
    verdict.code === 'within_limits' &&
    enoughRequests(canaryRequests, spec.minRequests, canaryOwnReads) &&
    (!spec.baseline || enoughRequests(baselineRequests, spec.minRequests, baselineOwnReads)) &&
    canaryErrorRate !== null &&
    Number.isFinite(canaryErrorRate)
  );
}
