import type { KubeObject } from '@alloy/contracts';
import type { Desired } from '../../desired';
import { standing } from '../../fence';
import type { Live } from '../../live';
import { remove } from '../../steps/ensure';
import { firstOf, waitFor, type NextWrite } from '../../write';
import { markStanding } from '../mark-standing';
import { SWITCH_ANNOTATION, switchMarkOf } from './mark';
import { isOnCanary, isSameSelector, selectorIn } from './selectors';
import { markService, unmarkService } from './service-writes';
import { notedIn, type Switch } from './switch';

/**
 * Gives both Services back: the first write sends all traffic to stable, then the last requests of the canary may end,
 * then the preview Service is as before or gone, and the marks disappear. Undefined: nothing of the router is left.
 */
export function clear(desired: Desired, live: Live, found: Switch): NextWrite | undefined {
  const { traffic, active, mark } = found;
  const isOn = active !== null && isOnCanary(active, traffic.label);
  const preview = madePreview(desired, found);
  const users = usersPreview(found);
  if (!isOn && !preview && !users && !(active && hasMark(active))) return undefined;
  return firstOf(
    () => newerOf(desired, found),
    // A Service without ready pods would answer nothing.
    () => (isOn && (live.web?.ready ?? 0) === 0 && (live.canary?.ready ?? 0) > 0 ? waitFor('stable_ready') : undefined),
    () => (active ? toStable(desired, found, active, isOn) : undefined),
    () => (mark?.drains && traffic.drainSeconds > 0 ? waitFor('traffic_drained', traffic.drainSeconds) : undefined),
    () => (preview ? remove(desired, preview) : undefined),
    () => (users ? restore(desired, found, users) : undefined),
    () => (active ? unmarkService(active) : undefined),
  );
}

const hasMark = ({ metadata }: KubeObject): boolean => metadata.annotations?.[SWITCH_ANNOTATION] !== undefined;

/** The preview Service that Alloy has made. */
function madePreview({ owner }: Desired, { traffic, preview }: Switch): KubeObject | null {
  if (traffic.previewSelector || !preview) return null;
  return ['older', 'current', 'newer'].includes(standing(preview, owner)) ? preview : null;
}

/** The preview Service of the user's, if Alloy has changed it. */
const usersPreview = ({ traffic, preview }: Switch): KubeObject | null =>
  traffic.previewSelector && preview && hasMark(preview) ? preview : null;

function newerOf({ owner }: Desired, { traffic, preview, mark }: Switch): NextWrite | undefined {
  if (markStanding(mark, owner.fence) === 'newer') return { kind: 'stale', object: `Service/${traffic.service}` };
  const isNewer = preview !== null && !traffic.previewSelector && standing(preview, owner) === 'newer';
  return isNewer ? { kind: 'stale', object: `Service/${traffic.canaryService}` } : undefined;
}

/** The mark of this decision, and the Service's own selector if it selects the canary; one of another client stays. */
function toStable({ owner: { fence } }: Desired, { traffic, mark }: Switch, active: KubeObject, isOn: boolean): NextWrite | undefined {
  if (!isOn && markStanding(mark, fence) === 'current') return undefined;
  const drains = isOn || mark?.drains === true;
  return markService(active, fence, { ...notedIn(traffic), ...(drains && { drains }) }, isOn ? { selector: traffic.selector } : undefined);
}

function restore({ owner: { fence } }: Desired, { traffic }: Switch, preview: KubeObject): NextWrite {
  const selector = switchMarkOf(preview)?.selector ?? traffic.previewSelector!;
  const isRestored = !isOnCanary(preview, traffic.label) || isSameSelector(selectorIn(preview), selector);
  return isRestored ? unmarkService(preview) : markService(preview, fence, { selector }, { selector });
}
