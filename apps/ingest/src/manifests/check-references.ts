import { kindIdOf, podTemplate, templatePath, type KubeObject } from '@alloy/contracts';
import { at, invalid, type Finding } from './finding';
import { listOf, recordOf } from './strings';

type Labels = Readonly<Record<string, unknown>>;

/** Workloads that an autoscaler may scale. */
const SCALED: ReadonlySet<string> = new Set(['Deployment.apps', 'StatefulSet.apps']);

/** An object with its position in the request. */
export interface Placed {
  readonly object: KubeObject;
  readonly pointer: string;
}

/**
 * Checks the references between the objects of a bundle. References to other objects can only be checked in the
 * cluster. `left`: objects of the request that the release does not write, but that Services may select.
 */
export function checkReferences(objects: readonly Placed[], left: readonly Placed[]): Finding[] {
  const pods = [...objects, ...left].map(({ object }) => podLabels(object)).filter((labels) => labels !== undefined);
  return objects.flatMap((placed) => {
    switch (kindIdOf(placed.object)) {
      case 'Service': return checkService(placed, pods);
      case 'HorizontalPodAutoscaler.autoscaling': case 'ScaledObject.keda.sh': return checkScaleTarget(placed, objects);
      default: return checkKeys(placed, objects);
    }
  });
}

function checkService({ object, pointer }: Placed, pods: readonly Labels[]): Finding[] {
  const selector = Object.entries(recordOf(recordOf(object['spec'])['selector']));
  if (selector.some(([key]) => key.startsWith('alloy.dev/')))
    return [invalid('forged_label', at(pointer, 'spec', 'selector'), 'Labels with the prefix alloy.dev/ are reserved for Alloy.')];
  const selects = pods.some((labels) => selector.every(([key, value]) => labels[key] === value));
  return selects
    ? []
    : [invalid('selector_mismatch', at(pointer, 'spec', 'selector'), 'This Service selects no pods of this bundle.')];
}

function checkScaleTarget({ object, pointer }: Placed, objects: readonly Placed[]): Finding[] {
  const { kind = 'Deployment', name } = recordOf(recordOf(object['spec'])['scaleTargetRef']);
  const isNamed = (other: KubeObject): boolean => other.kind === kind && other.metadata.name === name;
  const meant = objects.some((other) => SCALED.has(kindIdOf(other.object)) && isNamed(other.object));
  return meant
    ? []
    : [invalid('unresolved_reference', at(pointer, 'spec', 'scaleTargetRef'), 'The autoscaler must scale a workload of this bundle.')];
}

/** A key that is read from a ConfigMap or Secret of the same bundle must exist in it. */
function checkKeys({ object, pointer }: Placed, objects: readonly Placed[]): Finding[] {
  const template = podTemplate(object);
  if (!template) return [];
  const pod = recordOf(template['spec']);
  const here = at(pointer, ...templatePath(object)!, 'spec');
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

const podLabels = (object: KubeObject): Labels | undefined => {
  const template = podTemplate(object);
  return template && recordOf(recordOf(template['metadata'])['labels']);
};
