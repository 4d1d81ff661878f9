import { idOf, kindIdOf, prunableKinds, TRACK_LABEL, type Bundle, type KubeObject } from '@alloy/contracts';
import type { LeftObject, PrunePlan } from '@alloy/release';
import type { Owner } from '../fence';
import { keyOf, keyOfRef } from '../with-owner';
import { readersIn, readersOfOthers, type Readers } from './readers';
import { isCopy, reasonToKeep } from './reason-to-keep';

export interface PruneInput {
  readonly owner: Owner;
  readonly bundle: Bundle;
  /** The version to roll back to. */
  readonly stable: Bundle;
  /** Objects of the request that the release does not write. */
  readonly left: readonly LeftObject[];
  /** Existing objects that earlier releases may have made, read live. */
  readonly found: readonly KubeObject[];
  /** All Deployments of the namespace, and its other workloads that are not of the project. */
  readonly workloads: readonly KubeObject[];
}

/**
 * What the release will delete after its promotion, and what it will leave with the reason. Undefined: the cluster has
 * nothing that the bundle no longer has. Pure.
 */
export function planPrune(input: PruneInput): PrunePlan | undefined {
  const { bundle, left, found, owner } = input;
  const present = new Set([...bundle.objects.map(keyOf), ...left.map(keyOfRef)]);
  const dropped = found.filter((object) => !present.has(keyOf(object)) && !isCopy(object) && !isEnding(object) && !isTrack(object, input));
  if (dropped.length === 0) return undefined;
  const own = dropped.filter((object) => reasonToKeep(object, owner) === undefined);
  const readers = readersBeside(input, dropped, own);
  const kept = dropped.flatMap((object) => {
    const why = reasonToKeep(object, owner) ?? readBy(readers, object);
    return why === undefined ? [] : [{ object, why }];
  });
  const objects = own.filter((object) => readBy(readers, object) === undefined);
  const copies = [...readersIn(kept.map(({ object }) => object)).keys()].filter((key) => !key.startsWith('ServiceAccount/'));
  return {
    objects: inOrder(objects).map((object) => ({ ...named(object), uid: object.metadata.uid ?? '' })),
    kept: kept.map(({ object, why }) => ({ ...named(object), why })),
    ...(copies.length > 0 && { copies }),
  };
}

const isEnding = ({ metadata }: KubeObject): boolean => metadata['deletionTimestamp'] !== undefined;

/** The workload and its canary have steps of their own, and so has what the router of a canary makes. */
const isTrack = ({ kind, metadata }: KubeObject, { bundle: { workload } }: PruneInput): boolean =>
  (kind === 'Ingress' && metadata.labels?.[TRACK_LABEL] === 'canary') ||
  (kind === 'Deployment' && (metadata.name === workload || metadata.name === `${workload}-canary`));

/**
 * Who reads by name what may be deleted: both versions, the workloads that stay, and the other workloads of the
 * namespace. A live Deployment of the bundle gets its new template before.
 */
function readersBeside(input: PruneInput, dropped: readonly KubeObject[], own: readonly KubeObject[]): Readers {
  const { bundle, stable, workloads } = input;
  const changed = new Set([...own, ...bundle.objects].map(keyOf));
  const staying = [...workloads, ...dropped].filter((object) => !changed.has(keyOf(object)) && !isTrack(object, input));
  return new Map([...readersIn(staying), ...readersOfOthers(stable), ...readersIn(bundle.objects)]);
}

function readBy(readers: Readers, object: KubeObject): string | undefined {
  const reader = readers.get(keyOf(object));
  return reader && `the pods of ${reader.kind} ${reader.metadata.name} need it`;
}

const order = prunableKinds.map(idOf);
const inOrder = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  [...objects].sort((a, b) => order.indexOf(kindIdOf(a)) - order.indexOf(kindIdOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1));

const named = ({ apiVersion, kind, metadata: { name } }: KubeObject) => ({ apiVersion, kind, name });
