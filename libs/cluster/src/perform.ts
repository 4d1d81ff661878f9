import { FENCE_ANNOTATION, type KubeObject } from '@alloy/contracts';
import { formatFence } from './fence';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, ROUTE_MANAGER, SCALE_MANAGER } from './managed-fields';
import { ownerLabels } from './with-owner';
import type { Cluster } from './ports';
import type { Write } from './write';

/** The response of the API server to a write. */
export type Written =
  /** The object after the write. */
  | { readonly object: KubeObject }
  | { readonly scaled: { readonly replicas: number; readonly resourceVersion: string } }
  | { readonly deleted: true };

/**
 * Performs the write. Rejects with `ClusterError`; after `conflict` or `already_exists` the caller must read the live
 * state again.
 */
export async function perform(cluster: Cluster, write: Write): Promise<Written> {
  switch (write.verb) {
    case 'create':
      return { object: await cluster.create(write.object, CREATE_MANAGER, { dropsUnknownFields: write.dropsUnknownFields ?? false }) };
    case 'apply':
      // The patch contains only fields of the manifest, so taking them over from other managers is intended.
      return { object: await cluster.apply(write.object, { manager: ALLOY_MANAGER, force: true }) };
    case 'fence': {
      const { resourceVersion, owner } = write;
      const metadata = { resourceVersion, labels: ownerLabels(owner), annotations: { [FENCE_ANNOTATION]: formatFence(owner.fence) } };
      return { object: await cluster.patch(write.ref, 'merge', { metadata }, FENCE_MANAGER) };
    }
    case 'adoptFields':
      return {
        object: await cluster.patch(
          write.ref,
          'json',
          [
            { op: 'replace', path: '/metadata/managedFields', value: write.managedFields },
            { op: 'replace', path: '/metadata/resourceVersion', value: write.resourceVersion },
          ],
          ALLOY_MANAGER,
        ),
      };
    case 'route': {
      const { resourceVersion, annotations, spec } = write;
      const body = { metadata: { resourceVersion, annotations }, ...(spec && { spec }) };
      return { object: await cluster.patch(write.ref, 'merge', body, ROUTE_MANAGER, { isStrict: true }) };
    }
    case 'select': {
      const { resourceVersion, annotations, selector } = write;
      const body = { metadata: { resourceVersion, annotations }, ...(selector && { spec: { selector } }) };
      return { object: await cluster.patch(write.ref, 'merge', body, ROUTE_MANAGER) };
    }
    case 'handBack':
      return { object: await cluster.patch(write.ref, 'merge', handBackPatch(write), ALLOY_MANAGER) };
    case 'scale':
      return {
        scaled: {
          replicas: write.replicas,
          resourceVersion: await cluster.scale(write.ref, write.replicas, write.resourceVersion, SCALE_MANAGER),
        },
      };
    case 'delete':
      await cluster.delete(write.ref, { uid: write.uid, resourceVersion: write.resourceVersion });
      return { deleted: true };
  }
}

function handBackPatch({ resourceVersion, labels, annotations, managedFields }: Extract<Write, { verb: 'handBack' }>): object {
  const removed = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, null]));
  const metadata = {
    resourceVersion,
    ...(labels.length > 0 && { labels: removed(labels) }),
    ...(annotations.length > 0 && { annotations: removed(annotations) }),
    // The API server ignores an empty list; an empty entry removes all.
    managedFields: managedFields.length > 0 ? managedFields : [{}],
  };
  return { metadata };
}

/** Describes the write in one line for logs, by names only. */
export function describeWrite(write: Write): string {
  switch (write.verb) {
    case 'create':
    case 'apply':
      return `${write.verb} ${write.object.kind} ${write.object.metadata.name}`;
    case 'scale':
      return `scale ${write.ref.name} to ${write.replicas}`;
    case 'fence':
    case 'adoptFields':
    case 'route':
    case 'select':
    case 'handBack':
    case 'delete':
      return `${write.verb} ${write.ref.kind} ${write.ref.name}`;
  }
}
