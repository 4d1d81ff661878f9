import { analysisSchema, policySchema, routeSchema, stageSchema, trustSchema, type Policy } from '@alloy/release';
import { z } from 'zod';
import { environment, projectName } from '../accounts/names';
import { parseBody, parseValue } from '../parse-body';
import { reason } from '../releases/requests';
import { mergePatch } from './merge-patch';

const patch = z.record(z.string(), z.unknown());

export const newProjectSchema = z.strictObject({ id: projectName, environment, policy: patch.default({}), reason });
export const projectChangeSchema = z.strictObject({ environment, policy: patch, reason });

const KNOWN = [...Object.keys(newProjectSchema.shape), ...[policySchema, stageSchema, analysisSchema, trustSchema, ...routeSchema.options].flatMap(({ shape }) => Object.keys(shape))];

export interface NewProject {
  readonly id: string;
  readonly environment: string;
  readonly policy: Policy;
  readonly reason: string | null;
}

/** A new project with what its policy says, and defaults for the rest. Throws 422. */
export function parseNewProject(body: Buffer | undefined): NewProject {
  const request = parseBody(newProjectSchema, body, KNOWN);
  return { ...request, policy: policyOf(request.policy) };
}

/** The environment, and what the change makes of its policy, or of the defaults where it is new: a merge patch, null is back to the default. Both throw 422. */
export function parseProjectChange(body: Buffer | undefined): { readonly environment: string; readonly reason: string | null; apply(present: Policy | undefined): Policy } {
  const request = parseBody(projectChangeSchema, body, KNOWN);
  return { environment: request.environment, reason: request.reason, apply: (present = policySchema.parse({})) => policyOf(mergePatch(present, request.policy)) };
}

const policyOf = (policy: unknown): Policy => parseValue(z.object({ policy: policySchema }), { policy }, KNOWN).policy;
