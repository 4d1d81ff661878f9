import { reason } from '../reasons/reason';
import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { isExpedited, newestAfter, onlyLatest } from './queue';
import { rollback } from './rollback';

/**
 * A newer release requests the version that is stable: a rollback of this one is all that it takes. Only where the
 * latest release counts, not from an expedited release, and not during promotion.
 */
export function restoreStable(
  state: StateOf<'releasing' | 'paused' | 'scalingDown' | 'held'>, context: Context,
): Decision | undefined {
  const newer = newestAfter(state, context);
  if (!newer?.requestsStable || !onlyLatest(newer.whenBusy) || isExpedited(state) || state.stable === null) return undefined;
  const { releaseId: by, requestedBy = null, whenBusy } = newer;
  const who = requestedBy === null ? '' : ` by ${requestedBy}`;
  const text = `${state.stable.imageTag}, the stable version, was requested again${who} (release ${by})`;
  return rollback(state, reason('stable_requested', 'policy.whenBusy', text, { by, whenBusy, requestedBy }));
}

/** The release that this one waited for was rolled back to the version that this one requests: it is done. */
export function alreadyStable({ request, behind }: StateOf<'queued'>, { isRestored, stable }: Context): Decision | undefined {
  if (!isRestored || request.urgent || stable === null) return undefined;
  const text = `${request.imageTag} runs already: release ${behind} was rolled back to it`;
  return {
    type: 'ReleasePromoted',
    data: { reason: reason('already_stable', 'stable', text, { behind, stable: stable.releaseId }) },
  };
}
