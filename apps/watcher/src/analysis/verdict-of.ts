import { judgeHealth, judgePages, trackPages, type Health, type Judgement } from '@alloy/analysis';
import type { AnalyseStep } from '@alloy/release';
import type { Tally } from './tally';

/**
 * The verdict now: a failure as soon as the numbers show it, any other verdict after the whole duration was observed;
 * undefined: none yet.
 */
export function verdictOf(step: AnalyseStep, tally: Tally, health: Health): Judgement | undefined {
  const judgement = step.mode === 'health' ? judgeHealth(health, step.modeChosenBy) : judgeTally(step, tally);
  return judgement?.verdict === 'fail' || tally.observedMs >= step.duration * 1_000 ? judgement : undefined;
}

/** Undefined: a counter has just fallen, and the next round shows the cause. */
function judgeTally(limits: AnalyseStep, { pods, observedMs }: Tally): Judgement | undefined {
  const canary = trackPages(pods.values(), 'canary', observedMs);
  const stable = trackPages(pods.values(), 'stable', observedMs);
  return canary.isPending || stable.isPending ? undefined : judgePages({ canary, stable, limits });
}
