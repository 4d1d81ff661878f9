import type { TokenHolder } from '@alloy/ledger';
import type { ProjectRecord } from '@alloy/ledger/orm';
import { diffPolicies, type ProjectDocument } from '@alloy/policy';
import { ProblemError } from '@alloy/service';
import { requireAuthority } from './policy-authority';

/** A project as it is stored. */
export type Stored = Pick<ProjectRecord, 'version' | 'policies'>;
/** A project that does not exist. */
export const NOTHING: Stored = { version: 0, policies: {} };

/**
 * The wanted policies. Throws 403 for a key that the caller may not change, 409 if the project has changed since the
 * version of the document. `pointer`: the position of the document in the request.
 */
export function requireChange(caller: TokenHolder, { metadata, spec }: ProjectDocument, present: Stored, pointer = '/document') {
  const { environments } = spec;
  const isChange = diffPolicies(present.policies, environments).length > 0;
  if (isChange && metadata.version !== undefined && metadata.version !== present.version) throw changedSince(`${pointer}/metadata/version`);
  for (const [environment, policy] of Object.entries(environments)) {
    const stored = Object.hasOwn(present.policies, environment) ? present.policies[environment] : undefined;
    requireAuthority(caller, stored, policy, `${pointer}/spec/environments/${environment}`);
  }
  return environments;
}

export const changedSince = (pointer: string): ProblemError =>
  new ProblemError({
    status: 409,
    code: 'version_conflict',
    detail: 'The project has changed since the version of this document: get it again, repeat the change, and apply that.',
    pointer,
  });
