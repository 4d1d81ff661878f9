import { podTemplate } from '@alloy/contracts';
import type { Placed } from './check-references';
import { at, done, invalid, refuse, type Finding, type Result } from './finding';
import { isSubdomain, recordOf } from './strings';

const HERE = at('/files', 'deployment');
/** Maximum number of names in a message. */
const MAX_NAMES = 20;

/**
 * The Deployment that is released progressively; the others follow at promotion. That is the one with the name
 * `wanted`, else the only one, else the only one whose pods a Service selects.
 */
export function chooseWorkload(placed: readonly Placed[], wanted: string | undefined): Result<Placed> {
  const deployments = placed.filter(({ object }) => object.kind === 'Deployment');
  if (deployments.length === 0) return refuse(invalid('one_deployment', HERE, withoutDeployment(placed)));
  if (wanted !== undefined) {
    const named = deployments.find(({ object }) => object.metadata.name === wanted);
    return named ? done(named) : refuse(unclear(deployments, `These files have no Deployment with the name in the policy's \`workload\``));
  }
  const [first, ...others] = deployments.length === 1 ? deployments : deployments.filter((one) => isServed(one, placed));
  if (first && others.length === 0) return done(first);
  const which = first ? [first, ...others] : deployments;
  const what = first ? 'several Deployments with a Service' : 'several Deployments, and none with a Service';
  return refuse(unclear(which, `These files have ${what}: set \`workload\` in the policy to the one that is released progressively`));
}

function withoutDeployment(placed: readonly Placed[]): string {
  const none = 'These files have no Deployment, which a release needs';
  const workload = placed.find(({ object }) => podTemplate(object) !== undefined)?.object;
  if (!workload || typeof workload.kind !== 'string') return `${none}.`;
  const what = `a ${workload.kind} is released together with one, at its promotion`;
  return `${none}: ${what}. Add it to the files of the Deployment that needs it, or apply it by kubectl.`;
}

function unclear(deployments: readonly Placed[], why: string): Finding {
  const names = deployments.map(({ object }) => object.metadata.name).filter((name) => typeof name === 'string' && isSubdomain(name));
  const listed = [...names.slice(0, MAX_NAMES), ...(names.length > MAX_NAMES ? [`${names.length - MAX_NAMES} more`] : [])].join(', ');
  return invalid('workload_unclear', HERE, `${why}, and release services that change on their own as projects of their own (${listed}).`);
}

/** Whether a Service selects its pods. */
function isServed({ object }: Placed, placed: readonly Placed[]): boolean {
  const labels = recordOf(recordOf(podTemplate(object)?.['metadata'])['labels']);
  return placed
    .filter(({ object: other }) => other.kind === 'Service' && other.apiVersion === 'v1')
    .map(({ object: service }) => Object.entries(recordOf(recordOf(service['spec'])['selector'])))
    .some((selector) => selector.length > 0 && selector.every(([key, value]) => labels[key] === value));
}
