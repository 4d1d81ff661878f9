import { judge, judgeHealth, type Health, type Judgement } from '@alloy/analysis';
import type { AnalyseStep } from '@alloy/release';
import type { Tally } from './tally';

/** What is to be said now: a failure as soon as it is seen, anything else once the whole duration was observed; undefined: not yet. */
export function verdictOf(step: AnalyseStep, tally: Tally, health: Health): Judgement | undefined {
  const judgement =
    step.mode === 'health' ? judgeHealth(health) : judge({ canary: tally.canarySeen ? tally.canary : null, baseline: tally.baseline, limits: step });
  return judgement.verdict === 'fail' || tally.observedMs >= step.duration * 1_000 ? judgement : undefined;
}
