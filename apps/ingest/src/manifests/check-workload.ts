import { kindIdOf, podTemplate, templatePath, type KubeObject } from '@alloy/contracts';
import { checkPaused, checkReplicas, checkSelector } from './check-scaled';
import { checkFields, checkLabels } from './check-metadata';
import { checkPod } from './check-pod';
import { at, type Finding } from './finding';
import { recordOf } from './strings';

/**
 * Checks a workload: its replicas, whether it is paused, its selector, its pods. A follower may have none. No finding
 * for another object.
 */
export function checkWorkload(object: KubeObject, pointer: string, isFollower: boolean): Finding[] {
  const template = podTemplate(object);
  if (!template) return [];
  const here = at(pointer, ...templatePath(object)!);
  const metadata = recordOf(template['metadata']);
  const labels = recordOf(metadata['labels']);
  return [
    ...checkOwnFields(object, labels, at(pointer, 'spec'), isFollower ? 0 : 1),
    ...checkFields(metadata, at(here, 'metadata')),
    ...checkLabels(metadata, at(here, 'metadata')),
    ...checkPod(recordOf(template['spec']), at(here, 'spec')),
  ];
}

function checkOwnFields(object: KubeObject, labels: Readonly<Record<string, unknown>>, pointer: string, min: number): Finding[] {
  const { replicas, paused, selector } = recordOf(object['spec']);
  const selected = () => checkSelector(object.kind, selector, labels, at(pointer, 'selector'));
  switch (kindIdOf(object)) {
    case 'Deployment.apps':
      return [
        ...checkReplicas(replicas, at(pointer, 'replicas'), min), ...checkPaused(paused, at(pointer, 'paused')), ...selected(),
      ];
    case 'StatefulSet.apps':
      return [...checkReplicas(replicas, at(pointer, 'replicas'), min), ...selected()];
    case 'DaemonSet.apps':
      return selected();
    default:
      return [];
  }
}
