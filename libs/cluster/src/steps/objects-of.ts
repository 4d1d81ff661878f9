import { CREATED_ANNOTATION, type KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { formatFence, standing, type Owner } from '../fence';
import type { Live } from '../live';
import { keyOf } from '../with-owner';

type Applied = Payloads['ManifestsApplied']['objects'][number];

/**
 * What this decision did to the objects, according to their annotations. So the outcome is the same after a crash
 * between the writes and the event.
 */
export function objectsOf(owner: Owner, objects: readonly KubeObject[], live: Live): readonly Applied[] {
  return objects.map((object) => ({ kind: object.kind, name: object.metadata.name, action: actionOn(owner, find(object, live)) }));
}

function actionOn(owner: Owner, found: KubeObject | undefined): Applied['action'] {
  if (!found) return 'unchanged';
  if (found.metadata.annotations?.[CREATED_ANNOTATION] === formatFence(owner.fence)) return 'created';
  return standing(found, owner) === 'current' ? 'changed' : 'unchanged';
}

const find = (object: KubeObject, live: Live): KubeObject | undefined =>
  [live.web?.object, live.canary?.object, live.shared.get(keyOf(object)), live.copies.get(keyOf(object))].find(
    (candidate) => candidate && keyOf(candidate) === keyOf(object),
  );
