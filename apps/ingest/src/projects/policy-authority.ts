import { isDeepStrictEqual } from 'node:util';
import { EVERY_PROJECT } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import type { Policy } from '@alloy/policy';
import { ProblemError } from '@alloy/service';
import { mayTouch, requireEverywhere } from '../auth/caller';

/** Who may set a key of a policy: an administrator of the project, or only an administrator of all projects. */
export type Authority = 'project' | 'everyProject';

/**
 * `everyProject`: the key has an effect beyond the project, in a namespace or on nodes. A new key of the policy does
 * not compile until it is listed here.
 */
export const policyAuthority: Readonly<Record<keyof Policy, Authority>> = {
  namespace: 'everyProject',
  allow: 'everyProject',
  image: 'project',
  stages: 'project',
  progressDeadline: 'project',
  inspectionDeadline: 'project',
  onFirstFailure: 'project',
  whenBusy: 'project',
  analysis: 'project',
  notify: 'project',
  resolveDigest: 'project',
  trust: 'project',
  webhookSecret: 'project',
};

const reachingKeys = (Object.keys(policyAuthority) as Array<keyof Policy>).filter((key) => policyAuthority[key] === 'everyProject');

/**
 * Returns `changed` if the caller may set every key that differs from `present`; throws 403 otherwise.
 * `present` undefined: the environment is new, so all keys count as set, including those with their default.
 */
export function requireAuthority(caller: TokenHolder, present: Policy | undefined, changed: Policy): Policy {
  if (present === undefined) requireNewEnvironment(caller);
  else
    reachingKeys
      .filter((key) => !isDeepStrictEqual(present[key], changed[key]))
      .forEach((key) => requireEverywhere(caller, `/policy/${key}`));
  return changed;
}

function requireNewEnvironment(caller: TokenHolder): void {
  if (mayTouch(caller, EVERY_PROJECT)) return;
  const detail = 'This environment is new: an administrator of all projects must create it and set its namespace.';
  throw new ProblemError({ status: 403, code: 'forbidden_project', detail, pointer: '/policy/namespace' });
}
