import { holdText, type Hold } from '../hold';
import type { Reason } from '../reason-codes';
import type { WhenBusy } from '../policy';
import { reason } from './reason';

/** Why a hold stops a release. `whenBusy`: it is rejected because the policy lets no release wait. */
export const onHoldReason = (hold: Hold, whenBusy?: WhenBusy): Reason =>
  reason('on_hold', whenBusy === undefined ? 'hold' : 'policy.whenBusy', `the environment is ${holdText(hold)}`, {
    by: hold.by, since: hold.since, reason: hold.reason, release: hold.release, ...(whenBusy !== undefined && { whenBusy }),
  });

/** The hold that `onHoldReason` has recorded. */
export const holdOfReason = ({ evidence }: Reason): Hold => {
  const { by, since, reason: why, release } = evidence as unknown as Hold;
  return { by, since, reason: why, release };
};
