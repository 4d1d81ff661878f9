import type { Desired, DesiredOf } from '../../desired';
import { templateRelease, type Live, type LiveWorkload } from '../../live';
import { canaryRemoved } from '../../steps/scale-canary';
import { ensureAtLeast, ensureFence } from '../../steps/ensure';
import { done, firstOf, refused, waitFor, type NextWrite } from '../../write';
import { ensureCanaryService } from '../canary-service';
import { markStanding } from '../mark-standing';
import type { Limited, Router } from '../router';
import { clear } from './clear';
import { switchMarkOf } from './mark';
import { canarySelector, isOnCanary, isSameSelector, previewSelectorOf, selectorIn } from './selectors';
import { markService } from './service-writes';
import { notedIn, reachedBy, switchIn, type Switch } from './switch';
import { verifySwitch } from './verify';

/**
 * The selector of the active Service sends all of its traffic either to stable or to the canary, whose pods lack a
 * label of that selector. The preview Service selects the canary. A switch is one write, and so is its rollback.
 */
export const serviceSelector: Router = { name: 'serviceSelector', prepare, shift, limit, beforePromotion, verify: verifySwitch };

/** The mark comes first: from then on a rollback can refuse delayed writes of this decision. */
function prepare(desired: DesiredOf<'apply'>, live: Live): NextWrite | undefined {
  const found = switchIn(desired, live);
  if (!found) return refused('service_not_found', `the plan of ${desired.web} has no Service to switch`);
  return lostService(found) ?? markActive(desired, found) ?? ensurePreview(desired, found) ?? markPreview(desired, found);
}

/** The mark of a preview Service of the user's, so that a rollback refuses a delayed switch of it, too. */
function markPreview({ owner: { fence } }: Desired, { traffic: { previewSelector }, preview }: Switch): NextWrite | undefined {
  if (!previewSelector || !preview || markStanding(switchMarkOf(preview), fence) === 'current') return undefined;
  return markService(preview, fence, { selector: previewSelector });
}

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite {
  const { canary } = live;
  const found = switchIn(desired, live);
  if (!canary) return canaryRemoved(desired.canary);
  if (!found) return refused('service_not_found', `the plan of ${desired.web} has no Service to switch`);
  const towards = desired.weight > 0 ? switchToCanary : switchPreview;
  return (
    towards(desired, live, { found, canary, pods: desired.split.canary }) ??
    done({
      type: 'TrafficShifted',
      data: { asked: desired.weight, reached: reachedBy(found), canaryReady: canary.ready, stableReady: live.web?.ready ?? 0 },
    })
  );
}

interface Target {
  readonly found: Switch;
  readonly canary: LiveWorkload;
  /** Pods that must be ready. */
  readonly pods: number;
}

/** With an autoscaler stable may have more pods than planned: the canary must serve the same traffic. */
function switchToCanary(desired: Desired, live: Live, { found, canary, pods }: Target): NextWrite | undefined {
  const { web, hpa } = live;
  const wanted = hpa ? Math.min(Math.max(pods, web?.replicas ?? 0), hpa.max) : pods;
  return firstOf(
    // Before any wait, so that from now on the API server refuses delayed writes of earlier decisions.
    () => ensureFence(desired, canary.object),
    () => ensureAtLeast(desired, canary, wanted),
    () => (canary.ready < wanted ? waitFor('canary_ready') : undefined),
    () => (web && !hpa ? ensureAtLeast(desired, web, desired.replicas) : undefined),
    () => lostService(found) ?? changedSelector(found),
    () => ensurePreview(desired, found),
    () => markActive(desired, found, true),
  );
}

/** A preview Service of the user's selects the canary as soon as it has ready pods. */
function switchPreview(desired: Desired, _live: Live, { found, canary, pods }: Target): NextWrite | undefined {
  const { traffic: { label, previewSelector }, preview } = found;
  if (!previewSelector || !preview) return undefined;
  const labels = canary.object.spec.template.metadata?.labels ?? {};
  const selector = previewSelectorOf(previewSelector, label, labels);
  const rank = markStanding(switchMarkOf(preview), desired.owner.fence);
  return firstOf(
    () => (canary.ready < pods ? waitFor('canary_ready') : undefined),
    // A rollback marks the active Service first.
    () => (markStanding(found.mark, desired.owner.fence) === 'newer' ? stale(found) : undefined),
    () =>
      rank === 'current' && isSameSelector(selectorIn(preview), selector)
        ? undefined
        : markService(preview, desired.owner.fence, { selector: previewSelector }, { selector, needsPods: true }),
  );
}

const stale = ({ traffic: { service } }: Pick<Switch, 'traffic'>): NextWrite => ({ kind: 'stale', object: `Service/${service}` });

function lostService({ active, traffic }: Switch): NextWrite | undefined {
  return active ? undefined : refused('service_not_found', `Service ${traffic.service} does not exist any more`);
}

const LEAVE_IT = 'let the other client ignore spec.selector, and release again';

/** Another client has given the Service a selector that is neither its own one of the plan nor the canary's. */
function changedSelector({ active, traffic }: Switch): NextWrite | undefined {
  if (!active || isOnCanary(active, traffic.label) || isSameSelector(selectorIn(active), traffic.selector)) return undefined;
  return refused('service_rewritten', `another client has changed the selector of Service ${traffic.service} since the plan; ${LEAVE_IT}`);
}

/** The mark of this decision, and with `isSwitched` the selector of the canary. Undefined: the Service has both. */
function markActive({ owner: { fence } }: Desired, { active, traffic, mark }: Switch, isSwitched = false): NextWrite | undefined {
  if (!active) return undefined;
  const rank = markStanding(mark, fence);
  if (rank === 'newer') return stale({ traffic });
  if (rank === 'foreign') return refused('foreign_owner', `another installation of Alloy switches Service ${traffic.service}`);
  const switches = isSwitched && !isOnCanary(active, traffic.label);
  if (rank === 'current' && !switches) return undefined;
  const drains = mark?.drains === true || isOnCanary(active, traffic.label);
  const noted = { ...notedIn(traffic), ...(drains && { drains }) };
  return markService(active, fence, noted, switches ? { selector: canarySelector(traffic), needsPods: true } : undefined);
}

/** Alloy's own preview Service. One of the user's selects the canary only once it has ready pods. */
function ensurePreview(desired: Desired, { traffic, active, preview }: Switch): NextWrite | undefined {
  if (traffic.previewSelector) {
    return preview ? undefined : refused('service_not_found', `Service ${traffic.canaryService} does not exist any more`);
  }
  return ensureCanaryService(desired, traffic, active!, preview);
}

/**
 * With 0 percent nothing of the router is left afterwards. With more, the Service stays with the canary while fewer
 * pods of stable are ready, or, if all of the traffic may stay, while any pod of the canary is.
 */
function limit(desired: Limited, live: Live, percent: number): NextWrite | undefined {
  const found = switchIn(desired, live);
  if (!found || markStanding(found.mark, desired.owner.fence) === 'foreign') return undefined;
  if (percent === 0) return clear(desired, live, found);
  const [stable, canary] = [live.web?.ready ?? 0, live.canary?.ready ?? 0];
  const stays = canary > 0 && (percent === 100 || canary > stable);
  const isOn = found.active !== null && isOnCanary(found.active, found.traffic.label);
  if (!stays && isOn) return clear(desired, live, found);
  // The canary keeps its pods meanwhile.
  return (found.mark ? markActive(desired, found) : undefined) ?? (isOn ? waitFor('stable_ready') : undefined);
}

/**
 * All of the traffic is on the canary when `web` gets the new template. A full promotion by a user has skipped the
 * switch, so it happens now; otherwise another client has undone it.
 */
function beforePromotion(desired: DesiredOf<'promote'>, live: Live): NextWrite | undefined {
  const { canary, web } = live;
  const found = switchIn(desired, live);
  const hasBegun = !web || templateRelease(web.object) === desired.revision.release;
  if (!found || !canary || hasBegun || templateRelease(canary.object) !== desired.revision.release) return undefined;
  const isOn = found.active !== null && isOnCanary(found.active, found.traffic.label);
  if (!isOn && desired.isShifted) {
    const { service } = found.traffic;
    const text = `another client has undone the switch of Service ${service}: its selector does not select the new pods any more`;
    return found.active ? refused('service_rewritten', `${text}; ${LEAVE_IT}`) : lostService(found);
  }
  return switchToCanary(desired, live, { found, canary, pods: desired.replicas });
}
