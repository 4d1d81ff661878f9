import type { Plan } from './plan';
import { isSkippable } from './step-rules';

/** A release's plan, the number of completed steps, and the step in progress. */
export interface Progress {
  readonly plan: Pick<Plan, 'steps'>;
  readonly done: number;
  /** Analyses and pauses before `until` have passed; default: only those before `done`. */
  readonly redo?: { readonly until: number };
  readonly current: { readonly ref: { readonly step: number } } | null;
}

/**
 * Index of the analysis or pause that a promotion ends which is not full: the one in progress, or, in a plan without
 * pauses, the next analysis, also if its stage is still scaling. Undefined: there is none. With pauses a promotion
 * answers a pause: one that comes too late must not end the next analysis or pause, which its user has not seen.
 */
export function promotedStep({ plan: { steps }, done, redo, current }: Progress): number | undefined {
  const index = steps.findIndex((step, at) => at >= Math.max(done, redo?.until ?? 0) && isSkippable(step));
  if (index < 0) return undefined;
  return current?.ref.step === index || steps.every(({ kind }) => kind !== 'pause') ? index : undefined;
}
