import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import type { DesiredOf } from '../desired';
import { standing } from '../fence';
import { isHeld } from '../hold';
import { handedBackFields, ownAnnotations, ownLabels } from '../hand-back-fields';
import type { Live, LiveWorkload } from '../live';
import { referencesOf } from '../references';
import { routerNamed } from '../routers/registry';
import { changeOf } from '../shared';
import { keyOf } from '../with-owner';
import { done, firstOf, refOf, versionOf, waitFor, type NextWrite, type Write } from '../write';
import { removeBaseline } from './remove-baseline';
import { applyOver, deleteUnusedCopies, ensureAtLeast, ensureReplicas, migrate, remove } from './ensure';
import { inWaves } from './in-waves';

type HandBack = DesiredOf<'handBack'>;
type Handed = Payloads['WorkloadHandedBack']['objects'][number];

/**
 * Removes a leftover canary once the workload has enough ready pods without it, then the labels, annotations and
 * managers of Alloy. The pod template stays as it is, with its labels, because pods of another template would be other
 * pods. The workload comes last: until then it is Alloy's.
 */
export function handBack(desired: HandBack, live: Live): NextWrite {
  const { web, canary } = live;
  const shared = ownShared(desired, live);
  const router = routerNamed(desired.router);
  const isOwn = ({ object }: LiveWorkload): boolean => standing(object, desired.owner) !== 'unowned';
  return (
    firstOf(
      () => (canary && isOwn(canary) ? drainCanary(desired, live, canary) : undefined),
      () => router.limit(desired, live, 0),
      () => (canary && isOwn(canary) ? remove(desired, canary.object) : undefined),
      () => removeBaseline(desired, live),
      () => (web && isOwn(web) ? endHold(desired, web) : undefined),
      () => inWaves(shared.filter(isHandedBack).flatMap(handOver)),
      () => deleteUnusedCopies(desired, live, usedCopies(desired, live)),
      () => (web ? inWaves(handOver(web.object)) : undefined),
    ) ?? done({ type: 'WorkloadHandedBack', data: { objects: objectsOf(desired, live) } })
  );
}

/** A rollback that did not succeed may have left a rollout in its middle: the version that runs replaces the other. */
function endHold({ revision: { rolling } }: HandBack, { object }: LiveWorkload): NextWrite | undefined {
  return isHeld(object) ? (migrate(object) ?? applyOver(rolling, object)) : undefined;
}

/** As many pods as both tracks had are ready on the workload before the canary gets fewer. */
function drainCanary(desired: HandBack, live: Live, canary: LiveWorkload): NextWrite | undefined {
  const { web } = live;
  if (!web) return undefined;
  const wanted = Math.max(desired.replicas, canary.replicas);
  return firstOf(
    () => ensureAtLeast(desired, web, wanted),
    () => (web.ready < wanted ? waitFor('stable_ready') : undefined),
    () => routerNamed(desired.router).limit(desired, live, 0),
    () => ensureReplicas(desired, canary, 0),
    () => (canary.pods > 0 ? waitFor('pods_gone') : undefined),
  );
}

/** Empty: the object has no labels or annotations of Alloy. */
function handOver(object: KubeObject): readonly Write[] {
  const [labels, annotations] = [ownLabels(object), ownAnnotations(object)];
  if (labels.length + annotations.length === 0) return [];
  const managedFields = handedBackFields(object);
  return [{ verb: 'handBack', ref: refOf(object), resourceVersion: versionOf(object), labels, annotations, managedFields }];
}

/** The existing shared objects that do not belong to another installation or project. */
const ownShared = ({ objects, owner }: HandBack, live: Live): readonly KubeObject[] =>
  objects.flatMap((object) => live.shared.get(keyOf(object)) ?? []).filter((object) => standing(object, owner) !== 'foreign');

/** An object that Alloy never changes keeps its labels: its Role does not allow the write. */
const isHandedBack = (object: KubeObject): boolean => changeOf(object) !== 'none';

/** The copies that the version, or what runs instead, reads. */
function usedCopies({ keepCopies }: HandBack, { web }: Live): ReadonlySet<string> {
  const read = web ? referencesOf(web.object.spec.template).map(({ kind, name }) => `${kind}/${name}`) : [];
  return new Set([...keepCopies, ...read]);
}

function objectsOf({ objects, owner }: HandBack, live: Live): readonly Handed[] {
  const found = [...(live.web ? [live.web.object] : []), ...objects.flatMap((object) => live.shared.get(keyOf(object)) ?? [])];
  const named = (object: KubeObject, action: Handed['action']): Handed => ({ kind: object.kind, name: object.metadata.name, action });
  return [
    ...found.map((object) =>
      named(object, standing(object, owner) === 'foreign' ? 'left' : isHandedBack(object) ? 'handedBack' : 'kept'),
    ),
    ...[...live.copies.values()].map((copy) => named(copy, 'kept')),
  ];
}
