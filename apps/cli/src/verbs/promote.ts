import { promotedStep, type Step } from '@alloy/release';
import type { Release } from '../api/shapes';
import { atMost } from '../options/at-most';
import { intentVerb } from './intent-verb';

interface Options {
  readonly full?: boolean;
  readonly step?: string;
}

export const verb = intentVerb<Options>({
  name: 'promote',
  summary: 'End the current analysis or pause of a release, or with --full skip all remaining steps',
  example: "alloy promote 01K9ZJ5QX8N4V7R2T6WDYB3CHM --reason 'errors are a known client'\nalloy promote --full",
  options: [
    ['--full', 'skip all remaining steps and promote'],
    ['--step <number>', 'end this step only, by its number in alloy get release; refused if it has ended'],
  ],
  needsRelease: ({ full = false }) => !full,
  ask({ full = false, step: number }, release) {
    if (full) return { body: { full }, message: 'requested to promote' };
    const step = number === undefined ? stepOf(release) : atMost(10_001)(number) - 1;
    return { body: { full, ...(step !== undefined && { step }) }, message: `requested to end ${textOf(step, release)} of` };
  },
});

/** The analysis or pause that the release shows, so that no other one is ended if it ends meanwhile. */
function stepOf({ plan, step, status }: Pick<Release, 'plan' | 'step' | 'status'>): number | undefined {
  if (!plan || !step || status !== 'releasing') return undefined;
  return promotedStep({ plan, done: step.index, current: { ref: { step: step.index } } });
}

const textOf = (step: number | undefined, { plan }: Pick<Release, 'plan'>): string =>
  step === undefined ? 'the current step' : `step ${step + 1}${kindText(plan?.steps[step])}`;

const kindText = (step: Step | undefined): string =>
  step?.kind === 'pause' || step?.kind === 'analyse' ? ` (${step.kind === 'pause' ? 'pause' : 'analysis'} at ${step.weight} %)` : '';
