import type { KubeObject } from '@alloy/contracts';
import type { TrafficDrift } from '@alloy/release';
import type { LiveTraffic } from '../../live';
import { deletedFault, lastWriter, type ReachedTraffic } from '../traffic-fault';
import { canarySelector, isSameSelector, selectorIn, type Selector } from './selectors';
import { switchIn, type Switch } from './switch';

const fields = ['spec.selector'];

/** What is wrong with the Services of a release that switches one. Before the switch only the preview counts. Pure. */
export function verifySwitch({ plan, weight }: ReachedTraffic, live: LiveTraffic): readonly TrafficDrift[] {
  const found = switchIn({ traffic: { ...plan, drainSeconds: 0, routes: [] } }, { traffic: live });
  if (!found) return [];
  const active = weight > 0 ? ofActive(found) : found.active ? undefined : lost(found.traffic.service);
  const preview = weight > 0 ? undefined : ofPreview(found);
  return [active, preview].filter((drift) => drift !== undefined);
}

const lost = (name: string, canRestore = false): TrafficDrift => deletedFault({ kind: 'Service', name }, fields, canRestore);

/** Another selector than both that Alloy knows cannot be switched: its owner has changed what the Service is. */
function ofActive({ traffic, active, mark }: Switch): TrafficDrift | undefined {
  if (!active) return lost(traffic.service);
  const [selector, wanted] = [selectorIn(active), canarySelector(traffic)];
  if (isSameSelector(selector, wanted)) return mark ? undefined : rewritten(active, wanted, true, 'no annotation of Alloy');
  return rewritten(active, wanted, isSameSelector(selector, traffic.selector));
}

function ofPreview({ traffic, preview }: Switch): TrafficDrift | undefined {
  const { canaryService, label, previewSelector } = traffic;
  if (!preview) return lost(canaryService, previewSelector === undefined);
  const selector = selectorIn(preview);
  const wanted = { ...selector, [label.name]: label.value };
  return isSameSelector(selector, wanted) ? undefined : rewritten(preview, wanted, previewSelector !== undefined);
}

function textOf(selector: Selector): string {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? 'no selector' : `the selector ${labels.join()}`;
}

const rewritten = (service: KubeObject, wanted: Selector, canRestore: boolean, found = textOf(selectorIn(service))): TrafficDrift => ({
  object: { kind: 'Service', name: service.metadata.name }, cause: canRestore ? 'rewritten' : 'unusable',
  manager: lastWriter(service, fields), expected: textOf(wanted), found, fields, canRestore,
});
