import type { FollowerCause, FollowerWait, Reason, ReasonCode } from '../events';
import type { Current } from '../current';
import { adviceFor, blockedCodes, describeBlocked } from './blocked';
import { reason } from './reason';

type Awaited = FollowerWait & { readonly waits: NonNullable<FollowerWait['waits']> };

/** The follower for which the step waits; undefined: for none, as far as is recorded. */
export function awaitedFollower({ follower, effectDone }: Current): (Awaited & { readonly since: string }) | undefined {
  return effectDone || !follower?.waits ? undefined : { ...follower, waits: follower.waits };
}

/** Whether only the start of the pods takes time, or they never become ready: nothing else is known. */
const isPlain = (cause: FollowerCause): cause is 'NotReady' | 'NotComplete' => cause === 'NotReady' || cause === 'NotComplete';

/** Whether the cluster itself reports what the follower waits for. */
export const isHindered = ({ waits }: Pick<FollowerWait, 'waits'>): boolean => waits !== null && !isPlain(waits.cause);

/** For example `StatefulSet db: 1 of 2 pods ready, pods can't be scheduled: 0/3 nodes are available`. */
export function describeFollower({ object: { kind, name }, desired, ready, waits }: FollowerWait): string {
  const counted = `${kind} ${name}: ${ready} of ${desired} pods ${kind === 'Job' ? 'completed' : 'ready'}`;
  if (waits === null) return counted;
  const { cause, detail } = waits;
  return `${counted}, ${isPlain(cause) ? detail : describeBlocked({ cause, detail })}`;
}

const codeOf = (cause: FollowerCause): ReasonCode => (isPlain(cause) ? 'progress_deadline' : blockedCodes[cause]);

const evidenceOf = ({ object, desired, ready, waits }: Awaited): Reason['evidence'] => ({
  follower: `${object.kind}/${object.name}`, followerReady: ready, followerDesired: desired, blocked: waits.cause,
});

/** Why a release waits for a follower now, and what a user can do about it, if that is known. */
export function followerText(follower: Awaited): string {
  const { waits: { cause, detail } } = follower;
  return `${describeFollower(follower)}${isPlain(cause) ? '' : `; ${adviceFor(cause, detail)}`}`;
}

/** Why the release waits for a follower, for users. */
export function followerReason(follower: Awaited): Reason {
  const { waits: { cause, detail } } = follower;
  const todo = isPlain(cause) ? '' : `: ${adviceFor(cause, detail)}`;
  const text = `${describeFollower(follower)}; the release waits until its deadline${todo}`;
  return reason(codeOf(cause), `cluster.${cause}`, text, evidenceOf(follower));
}

interface Part {
  readonly text: string;
  readonly code: ReasonCode;
  readonly evidence: Reason['evidence'];
}

/** The part of a deadline's reason about the follower for which the step waited; undefined: it waited for none. */
export function followerPart(current: Current): Part | undefined {
  const follower = awaitedFollower(current);
  if (!follower) return undefined;
  const { since, object: { kind, name }, waits: { cause, detail } } = follower;
  const todo = isPlain(cause)
    ? `see kubectl -n ${current.spec.target.namespace} describe ${kind.toLowerCase()} ${name}, and its pods`
    : adviceFor(cause, detail);
  return { text: `; ${describeFollower(follower)} (since ${since}): ${todo}`, code: codeOf(cause), evidence: evidenceOf(follower) };
}
