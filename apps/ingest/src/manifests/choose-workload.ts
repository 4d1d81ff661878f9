import type { Placed } from './check-references';
import { at, done, invalid, refuse, type Result } from './finding';

/** The Deployment that the release is about. */
export function chooseWorkload(placed: readonly Placed[]): Result<Placed> {
  const deployments = placed.filter(({ object }) => object.kind === 'Deployment');
  const [first, ...others] = deployments;
  if (first && others.length === 0) return done(first);
  const detail = first
    ? `A release has one Deployment, but these files have ${deployments.length}: release each one as a project of its own.`
    : 'These files have no Deployment, which a release needs.';
  return refuse(invalid('one_deployment', at('/files', 'deployment'), detail));
}
