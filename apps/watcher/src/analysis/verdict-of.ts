import { judgeHealth, judgePages, trackPages, type Health, type Judgement } from '@alloy/analysis';
import type { AnalyseStep } from '@alloy/release';
import type { Tally } from './tally';

/** What is to be said now: a failure as soon as it is seen, anything else once the whole duration was observed; undefined: not yet. */
export function verdictOf(step: AnalyseStep, tally: Tally, health: Health): Judgement | undefined {
  const judgement = step.mode === 'health' ? judgeHealth(health, step.modeChosenBy) : judgeTally(step, tally);
  return judgement?.verdict === 'fail' || tally.observedMs >= step.duration * 1_000 ? judgement : undefined;
}

/** Undefined: counters fell just now, and the next round shows why. */
function judgeTally(limits: AnalyseStep, { pods, observedMs }: Tally): Judgement | undefined {
  const [canary, stable] = [trackPages(pods.values(), 'canary', observedMs), trackPages(pods.values(), 'stable', observedMs)];
  return canary.isPending || stable.isPending ? undefined : judgePages({ canary, stable, limits });
}
