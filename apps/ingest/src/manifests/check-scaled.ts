import { invalid, type Finding } from './finding';
import { selects } from './selector';
import { listOf, recordOf } from './strings';

type Fields = Readonly<Record<string, unknown>>;

const MAX_REPLICAS = 10_000;

/** Checks the number of pods, from `min` on. */
export function checkReplicas(replicas: unknown, pointer: string, min: number): Finding[] {
  if (replicas === undefined || replicas === null) return [];
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    return [invalid('wrong_type', pointer, 'replicas must be a whole number.')];
  return replicas >= min && replicas <= MAX_REPLICAS
    ? []
    : [invalid('replicas_out_of_range', pointer, `replicas must be from ${min} to ${MAX_REPLICAS}; leave it out to keep the live count.`)];
}

/** A paused Deployment would start no pods of the new version. */
export function checkPaused(paused: unknown, pointer: string): Finding[] {
  if (paused === undefined || paused === null || paused === false) return [];
  return paused === true
    ? [invalid('paused', pointer, 'A paused Deployment starts no pods of a new version: leave out paused, or set it to false.')]
    : [invalid('wrong_type', pointer, 'paused must be true or false.')];
}

/** Checks the selector of a workload whose pods have these labels. */
export function checkSelector(kind: string, selector: unknown, labels: Fields, pointer: string): Finding[] {
  const { matchLabels, matchExpressions } = recordOf(selector);
  const wanted = Object.entries(recordOf(matchLabels));
  const expressions = listOf(matchExpressions);
  if (wanted.length === 0 && expressions.length === 0) return [invalid('missing_field', pointer, `A ${kind} needs a selector.`)];
  if (
    [...wanted.map(([key]) => key), ...expressions.map((expression) => String(recordOf(expression)['key']))].some((key) =>
      key.startsWith('alloy.dev/'),
    )
  ) {
    return [invalid('forged_label', pointer, 'Labels with the prefix alloy.dev/ are reserved for Alloy.')];
  }
  return selects(selector, labels)
    ? []
    : [invalid('selector_mismatch', pointer, 'The selector does not match the labels of the pod template.')];
}
