import { isDeepStrictEqual } from 'node:util';
import { EVERY_PROJECT } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import { platformKeys, type Policy } from '@alloy/policy';
import { ProblemError } from '@alloy/service';
import { mayTouch } from '../auth/caller';

/**
 * Returns `changed` if the caller may set every key that differs from `present`; throws 403 with the key otherwise.
 * `present` undefined: the environment is new, so all keys count as set, including those with their default.
 * `pointer`: the position of the policy in the request.
 */
export function requireAuthority(caller: TokenHolder, present: Policy | undefined, changed: Policy, pointer = '/policy'): Policy {
  if (mayTouch(caller, EVERY_PROJECT)) return changed;
  if (present === undefined)
    throw forbidden(`${pointer}/namespace`, NEW);
  const key = platformKeys.find((one) => !isDeepStrictEqual(present[one], changed[one]));
  if (key !== undefined) throw forbidden(`${pointer}/${key}`, `Only an administrator of all projects may change ${key}.`);
  return changed;
}

const NEW = 'This environment is new: an administrator of all projects must create it and set its namespace.';

const forbidden = (pointer: string, detail: string): ProblemError =>
  new ProblemError({ status: 403, code: 'forbidden_project', detail, pointer });
