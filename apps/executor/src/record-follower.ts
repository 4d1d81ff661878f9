import { aboutTarget, isHindered, releaseTarget, type Current, type FollowerWait, type ReleaseEvent } from '@alloy/release';
import { nodeActor } from '@alloy/service';
import type { ExecutorPorts } from './executor-ports';
import { factId } from './fact-ids';
import type { Job } from './safe-next-write';

/** Time after which a start that only takes time is recorded, seconds; at most a quarter of the deadline. */
const PATIENCE_SECONDS = 10;

/** Maximum number of records for one decision, if the pods of a follower come and go. */
const MOST = 30;

/**
 * Appends what the step waits for, if the log does not contain it. `found`: the follower; undefined: the step waits for
 * none any more. Idempotent: the id of the event follows from the decision and the number of earlier records.
 */
export async function recordFollower({ state, ref }: Job, found: FollowerWait | undefined, ports: ExecutorPorts): Promise<void> {
  const { current } = state;
  if (!current) return;
  const { follower: known } = current;
  const follower = found ?? (known?.waits ? { ...known, ready: known.desired, waits: null } : undefined);
  if (!follower || isSame(known, follower) || (known?.count ?? 0) >= MOST) return;
  const isEarly = (): boolean => !ports.waitLimits.isExceeded(state.releaseId, ref.decision, patience(current));
  if (found && !isHindered(found) && !known?.waits && isEarly()) return;
  const { object, desired, ready, waits } = follower;
  const event: ReleaseEvent = { type: 'FollowerObserved', data: { ...ref, object, desired, ready, waits } };
  const ids = [factId(state.releaseId, ref.decision, event.type, String(known?.count ?? 0))];
  await ports.log.append(state, [aboutTarget(event, releaseTarget(state))], { expected: 'any', actor: nodeActor('executor'), ids });
}

const patience = ({ spec }: Current): number => Math.min(PATIENCE_SECONDS, spec.deadline / 4);

/** Whether nothing has changed except for numbers in the message, which differ from try to try. */
const isSame = (known: FollowerWait | undefined, found: FollowerWait): boolean =>
  known?.object.kind === found.object.kind && known.object.name === found.object.name && known.ready === found.ready &&
  known.desired === found.desired && known.waits?.cause === found.waits?.cause &&
  withoutNumbers(known.waits?.detail) === withoutNumbers(found.waits?.detail);

const withoutNumbers = (text = ''): string => text.replace(/\d+/g, '0');
