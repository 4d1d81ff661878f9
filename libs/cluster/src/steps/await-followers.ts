import { kindIdOf } from '@alloy/contracts';
import type { DesiredOf } from '../desired';
import { fenceOf } from '../fence';
import { followerWait } from '../follower-wait';
import { isFollower, obstacleTo, rolloutOf, stuckPod } from '../followers';
import type { Live } from '../live';
import type { Shared } from '../shared';
import { keyOf } from '../with-owner';
import { refOf, refused, versionOf, write, type NextWrite } from '../write';

/** Waits until each follower that this release has written runs what it asks for. */
export function awaitFollowers(
  desired: DesiredOf<'retire' | 'rollback'>, live: Live, shared: readonly Shared[],
): NextWrite | undefined {
  for (const { object } of shared) {
    const found = isFollower(object) ? live.shared.get(keyOf(object)) : undefined;
    if (!found || fenceOf(found)?.slot !== desired.owner.fence.slot) continue;
    const rollout = rolloutOf(found);
    if (rollout === 'ready') continue;
    if (desired.kind === 'retire') {
      const failure = typeof rollout === 'object' ? rollout.failed : obstacleTo(found, live, desired.followerRestarts);
      if (failure !== undefined) return refused('follower_failed', failure);
    }
    const stuck = desired.kind === 'rollback' ? stuckPod(found, live) : undefined;
    if (stuck) return write({ verb: 'delete', ref: refOf(stuck), resourceVersion: versionOf(stuck), uid: stuck.metadata.uid ?? '' });
    return { kind: 'wait', for: 'follower_ready', object: refOf(found), follower: followerWait(found, live) };
  }
  return undefined;
}

/** A Job has run; to run that of the earlier version again would not undo it. */
export const isRestored = ({ object }: Shared): boolean => kindIdOf(object) !== 'Job.batch';
