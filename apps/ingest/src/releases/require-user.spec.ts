import type { TokenHolder } from '@alloy/ledger';
import type { ProblemError } from '@alloy/service';
import { requireUser } from './require-user';

const user: TokenHolder = { tokenId: 't', account: 'anna', scope: 'operate', projects: ['shop'] };
const codeOf = (caller: TokenHolder, reason: string | null = 'the sale'): unknown => {
  try {
    return requireUser(caller, 'emergency', reason);
  } catch (error) {
    return (error as ProblemError).code;
  }
};

it.each<[string, TokenHolder, string | undefined]>([
  ['a user with the scope operate', user, undefined],
  ['a user with the scope deploy', { ...user, scope: 'deploy' }, 'forbidden_scope'],
  // Today a CI job has the scope deploy; a wider one must not let it release in an emergency.
  ['a CI job, whatever its scope', { ...user, places: [{ project: 'shop', environment: 'production' }] }, 'forbidden_scope'],
])('%s', (_, caller, code) => expect(codeOf(caller)).toBe(code));

it.each([null, '', '  '])('takes a reason, and not %j', (reason) => expect(codeOf(user, reason)).toBe('reason_required'));
