import type { KubeObject } from '@alloy/contracts';
import type { Power } from '@alloy/policy';
import { checkLabels } from './check-metadata';
import { checkPod } from './check-pod';
import { at, invalid, type Finding } from './finding';
import { selects } from './selector';
import { listOf, recordOf } from './strings';

const MAX_REPLICAS = 10_000;

/** Checks the Deployment: replicas, paused, selector, pod template. */
export function checkDeployment(object: KubeObject, pointer: string, allow: readonly Power[]): Finding[] {
  const spec = recordOf(object['spec']);
  const template = recordOf(spec['template']);
  const labels = recordOf(recordOf(template['metadata'])['labels']);
  const here = at(pointer, 'spec');
  return [
    ...checkReplicas(spec['replicas'], at(here, 'replicas')),
    ...checkPaused(spec['paused'], at(here, 'paused')),
    ...checkSelector(spec['selector'], labels, at(here, 'selector')),
    ...checkLabels(recordOf(template['metadata']), at(here, 'template', 'metadata')),
    ...checkPod(recordOf(template['spec']), at(here, 'template', 'spec'), allow),
  ];
}

function checkReplicas(replicas: unknown, pointer: string): Finding[] {
  if (replicas === undefined || replicas === null) return [];
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    return [invalid('wrong_type', pointer, 'replicas must be a whole number.')];
  return replicas >= 1 && replicas <= MAX_REPLICAS
    ? []
    : [invalid('replicas_out_of_range', pointer, `replicas must be from 1 to ${MAX_REPLICAS}; leave it out to keep the live count.`)];
}

function checkPaused(paused: unknown, pointer: string): Finding[] {
  if (paused === undefined || paused === null || paused === false) return [];
  return paused === true
    ? [invalid('paused', pointer, 'A paused Deployment starts no pods of a new version: leave out paused, or set it to false.')]
    : [invalid('wrong_type', pointer, 'paused must be true or false.')];
}

function checkSelector(selector: unknown, labels: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const { matchLabels, matchExpressions } = recordOf(selector);
  const wanted = Object.entries(recordOf(matchLabels));
  const expressions = listOf(matchExpressions);
  if (wanted.length === 0 && expressions.length === 0) return [invalid('missing_field', pointer, 'A Deployment needs a selector.')];
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
