import { policySchema, routeSchema, trustSchema, type Policy } from '@alloy/policy';
import { analysisSchema, stageSchema } from '@alloy/release';
import { z } from 'zod';
import { parseBody, parseValue } from '../parse-body';
import { reason } from '../releases/requests';
import { environment, projectName } from '../requests/names';
import { sentAs } from '../requests/sent-as';
import { mergePatch } from './merge-patch';
import { patchOf } from './patch-of';

const policyPatch = patchOf(policySchema).meta({
  id: 'PolicyPatch',
  description: 'A merge patch (RFC 7396): null sets a member to its default, a list replaces the current list.',
});

export const newProjectSchema = z.strictObject({
  id: projectName,
  environment,
  policy: policySchema.meta({ id: 'NewPolicy' }).prefault({}),
  reason,
});
export const projectChangeSchema = z.strictObject({ environment, policy: sentAs(z.record(z.string(), z.unknown()), policyPatch), reason });

const KNOWN = [
  ...Object.keys(newProjectSchema.shape),
  ...[policySchema, stageSchema, analysisSchema, trustSchema, ...routeSchema.options].flatMap(({ shape }) => Object.keys(shape)),
];

export interface NewProject {
  readonly id: string;
  readonly environment: string;
  readonly policy: Policy;
  readonly reason: string | null;
}

/** A new project with the fields of its policy, and defaults for the others. Throws 422. */
export const parseNewProject = (body: Buffer | undefined): NewProject => parseBody(newProjectSchema, body, KNOWN);

/**
 * The environment, and the result of the change for its policy, or for the defaults if it is new: a merge patch, with
 * null for the default. Both throw 422.
 */
export function parseProjectChange(body: Buffer | undefined): {
  readonly environment: string;
  readonly reason: string | null;
  apply(present: Policy | undefined): Policy;
} {
  const request = parseBody(projectChangeSchema, body, KNOWN);
  return {
    environment: request.environment,
    reason: request.reason,
    apply: (present = policySchema.parse({})) => policyOf(mergePatch(present, request.policy)),
  };
}

const policyOf = (policy: unknown): Policy => parseValue(z.object({ policy: policySchema }), { policy }, KNOWN).policy;
