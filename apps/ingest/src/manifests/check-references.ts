import type { KubeObject } from '@alloy/contracts';
import { at, invalid, type Finding } from './finding';
import { listOf, recordOf } from './strings';

/** An object with its position in the request. */
export interface Placed {
  readonly object: KubeObject;
  readonly pointer: string;
}

/**
 * Checks the references between the objects of a bundle. References to other objects can only be checked in the
 * cluster.
 */
export function checkReferences(objects: readonly Placed[], deployment: Placed): Finding[] {
  return objects.flatMap((placed) => {
    switch (placed.object.kind) {
      case 'Service': return checkService(placed, deployment.object);
      case 'HorizontalPodAutoscaler': return checkScaleTarget(placed, deployment.object);
      case 'Deployment': return checkKeys(placed, objects);
      default: return [];
    }
  });
}

function checkService({ object, pointer }: Placed, deployment: KubeObject): Finding[] {
  const selector = Object.entries(recordOf(recordOf(object['spec'])['selector']));
  if (selector.some(([key]) => key.startsWith('alloy.dev/')))
    return [invalid('forged_label', at(pointer, 'spec', 'selector'), 'Labels with the prefix alloy.dev/ are reserved for Alloy.')];
  const labels = podLabels(deployment);
  const selects = selector.every(([key, value]) => labels[key] === value);
  return selects
    ? []
    : [invalid('selector_mismatch', at(pointer, 'spec', 'selector'), "This Service selects none of the Deployment's pods.")];
}

function checkScaleTarget({ object, pointer }: Placed, deployment: KubeObject): Finding[] {
  const target = recordOf(recordOf(object['spec'])['scaleTargetRef']);
  const meant = target['kind'] === 'Deployment' && target['name'] === deployment.metadata.name;
  return meant
    ? []
    : [invalid('unresolved_reference', at(pointer, 'spec', 'scaleTargetRef'), 'The autoscaler must scale the Deployment of this release.')];
}

/** A key that is read from a ConfigMap or Secret of the same bundle must exist in it. */
function checkKeys({ object, pointer }: Placed, objects: readonly Placed[]): Finding[] {
  const pod = recordOf(recordOf(recordOf(object['spec'])['template'])['spec']);
  const here = at(pointer, 'spec', 'template', 'spec');
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(pod[list]).flatMap((container, c) =>
      listOf(recordOf(container)['env']).flatMap((variable, v) => {
        const source = recordOf(recordOf(variable)['valueFrom']);
        const there = at(here, list, c, 'env', v, 'valueFrom');
        return [
          ...missingKey(source['configMapKeyRef'], 'ConfigMap', objects, at(there, 'configMapKeyRef')),
          ...missingKey(source['secretKeyRef'], 'Secret', objects, at(there, 'secretKeyRef')),
        ];
      }),
    ),
  );
}

function missingKey(reference: unknown, kind: string, objects: readonly Placed[], pointer: string): Finding[] {
  const { name, key, optional } = recordOf(reference);
  const source = objects.find(({ object }) => object.kind === kind && object.metadata.name === name)?.object;
  if (
    !source ||
    optional === true ||
    ['data', 'stringData', 'binaryData'].some((field) => Object.hasOwn(recordOf(source[field]), String(key)))
  )
    return [];
  return [invalid('unresolved_reference', at(pointer, 'key'), `The ${kind} of this bundle does not have this key.`)];
}

const podLabels = (deployment: KubeObject) => recordOf(recordOf(recordOf(recordOf(deployment['spec'])['template'])['metadata'])['labels']);
