import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '@alloy/contracts';
import { at, conflict, done, invalid, refuse, type Result } from './finding';
import { selects } from './selector';
import { recordOf } from './strings';

/** The part of a bundle's Deployment that concerns other projects. */
export interface Workload {
  readonly name: string;
  readonly selector: unknown;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, unknown>>;
}

/** The project's own stable Deployment, or another project's stable or new Deployment in the same namespace. */
export interface Neighbour extends Workload {
  readonly project: string;
}

export interface Newcomer {
  readonly project: string;
  readonly environment: string;
  readonly namespace: string;
  readonly bundle: Bundle;
  /** The position of its Deployment in the request. */
  readonly pointer: string;
}

export function workloadOf({ workload, objects }: Bundle): Workload {
  const spec = recordOf(objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === workload)?.['spec']);
  return { name: workload, selector: spec['selector'], labels: recordOf(recordOf(recordOf(spec['template'])['metadata'])['labels']) };
}

/**
 * Checks that the Deployment keeps its selector, which is immutable in Kubernetes, and selects no other project's pods.
 */
export function checkNeighbours({ project, bundle, pointer }: Newcomer, neighbours: readonly Neighbour[]): Result<undefined> {
  const asked = workloadOf(bundle);
  const here = at(pointer, 'spec', 'selector');
  const last = neighbours.find((other) => other.project === project && other.name === asked.name);
  const changed = last !== undefined && !isDeepStrictEqual(normal(last.selector), normal(asked.selector));
  const overlaps = neighbours.some(
    (other) => other.project !== project && (selects(asked.selector, other.labels) || selects(other.selector, asked.labels)),
  );
  const findings = [
    ...(changed
      ? [invalid('selector_immutable', here, 'The Deployment runs with another selector, which is immutable in Kubernetes.')]
      : []),
    ...(overlaps ? [conflict('selector_overlap', here, 'The selector overlaps that of another project in this namespace.')] : []),
  ];
  return findings.length > 0 ? refuse(...findings) : done(undefined);
}

/** Missing fields count as empty. */
const normal = (selector: unknown) => ({ matchLabels: {}, matchExpressions: [], ...recordOf(selector) });
