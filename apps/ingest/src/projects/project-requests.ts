import { documentSchema, keysAt, policySchema, type Policy, type ProjectDocument } from '@alloy/policy';
import { z } from 'zod';
import { parseBody, parseValue } from '../parse-body';
import { reason } from '../releases/requests';
import { environment, projectName } from '../requests/names';
import { sentAs } from '../requests/sent-as';
import { mergePatch } from './merge-patch';
import { patchOf } from './patch-of';

const newPolicy = policySchema.meta({ id: 'NewPolicy' });
const policyPatch = patchOf(policySchema).meta({
  id: 'PolicyPatch',
  description: 'A merge patch (RFC 7396): null sets a member to its default, a list replaces the current list.',
});

export const newProjectSchema = z.strictObject({ id: projectName, environment, policy: newPolicy.prefault({}), reason });
export const projectChangeSchema = z.strictObject({ environment, policy: sentAs(z.record(z.string(), z.unknown()), policyPatch), reason });
export const projectDocumentRequest = z.strictObject({
  document: documentSchema(newPolicy),
  dryRun: z.boolean().default(false).describe('Checks and compares, and writes nothing.'),
  reason,
});

export interface NewProject {
  readonly id: string;
  readonly environment: string;
  readonly policy: Policy;
  readonly reason: string | null;
}

/** A new project with the fields of its policy, and defaults for the others. Throws 422. */
export const parseNewProject = (body: Buffer | undefined): NewProject => parseBody(newProjectSchema, body, knownIn(newProjectSchema));

export interface DocumentRequest {
  readonly document: ProjectDocument;
  readonly dryRun: boolean;
  readonly reason: string | null;
}

/** A project's document with defaults for the keys that it omits. Throws 422. */
export const parseDocument = (body: Buffer | undefined): DocumentRequest =>
  parseBody(projectDocumentRequest, body, knownIn(projectDocumentRequest));

/**
 * The environment, and the result of the change for its policy, or for the defaults if it is new: a merge patch, with
 * null for the default. Both throw 422.
 */
export function parseProjectChange(body: Buffer | undefined): {
  readonly environment: string;
  readonly reason: string | null;
  apply(present: Policy | undefined): Policy;
} {
  const request = parseBody(projectChangeSchema, body, Object.keys(projectChangeSchema.shape));
  return {
    environment: request.environment,
    reason: request.reason,
    apply: (present = policySchema.parse({})) => policyOf(mergePatch(present, request.policy)),
  };
}

const changedPolicy = z.object({ policy: policySchema });
const policyOf = (policy: unknown): Policy => parseValue(changedPolicy, { policy }, knownIn(changedPolicy)).policy;

/** The keys that the schema knows at the position of an unknown key. */
const knownIn =
  (schema: z.ZodType) =>
  (path: readonly PropertyKey[]): readonly string[] =>
    keysAt(schema, path.map((step) => (typeof step === 'number' ? step : String(step))));
