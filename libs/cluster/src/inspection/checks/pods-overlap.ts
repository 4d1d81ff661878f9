import type { Refusal } from '@alloy/release';
import { standing, type Standing } from '../../fence';
import type { InspectInput } from '../inspect';
import { neighboursOf, type Neighbour } from '../neighbours';

/**
 * Another Deployment has pods that the release's Deployment or its Service selects: both would run and share the
 * traffic. If this project has released it, the Deployment of the bundle is a new name for it.
 */
export function podsOverlap({ bundle, deployments = [], owner }: InspectInput): Refusal | null {
  const neighbours = neighboursOf(bundle, deployments);
  const found = neighbours.map((neighbour) => ({ neighbour, is: standing(neighbour.object, owner) }));
  // A renamed Deployment first: its refusal says what to do about all of them.
  const worst = found.find(({ is }) => isOwn(is)) ?? found[0];
  if (!worst) return null;
  return isOwn(worst.is)
    ? { code: 'workload_renamed', text: renamedText(bundle.workload, worst.neighbour) }
    : { code: 'pods_overlap', text: `${selectionText(worst.neighbour)}, ${strangerText(worst.is)}` };
}

const isOwn = (is: Standing): boolean => is !== 'foreign' && is !== 'unowned';

const selectionText = ({ object, selectedBy: { kind, name } }: Neighbour): string =>
  `${kind} ${name} selects the pods of Deployment ${object.metadata.name}`;

const renamedText = (workload: string, neighbour: Neighbour): string => {
  const { name } = neighbour.object.metadata;
  return (
    `${selectionText(neighbour)}, which this project has released: ${name} and ${workload} would both run and share the traffic. ` +
    `Keep the name ${name}, or delete the old Deployment first (kubectl delete deployment ${name})`
  );
};

const strangerText = (is: Standing): string =>
  is === 'foreign'
    ? 'which belongs to another installation, project or environment: give the pods of one of them other labels'
    : 'which Alloy has not released: release it under its own name, give its pods other labels, or delete it';
