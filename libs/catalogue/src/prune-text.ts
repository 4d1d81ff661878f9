import type { LeftObject, PruneOutcome, PrunePlan } from '@alloy/release';

interface Named {
  readonly kind: string;
  readonly name: string;
}

const names = (objects: readonly Named[]): string => objects.map(({ kind, name }) => `${kind} ${name}`).join(', ');
const reasons = (kept: readonly LeftObject[]): string => kept.map(({ kind, name, why }) => `${kind} ${name} (${why})`).join(', ');

const joined = (...parts: readonly (readonly [what: string, objects: string])[]): string =>
  parts.map(([what, objects]) => (objects === '' ? '' : `; ${what} ${objects}`)).join('');

/** The end of a sentence about a plan; empty: there is nothing to prune. */
export const prunePlanText = (prune: PrunePlan | undefined): string =>
  prune ? joined(['deletes after the promotion', names(prune.objects)], ['keeps', reasons(prune.kept)]) : '';

/** The end of a sentence about a step that has pruned; empty: there was nothing to prune. */
export const prunedText = (pruned: PruneOutcome | undefined): string =>
  pruned ? joined(['deleted', names(pruned.deleted)], ['kept', reasons(pruned.kept)]) : '';
