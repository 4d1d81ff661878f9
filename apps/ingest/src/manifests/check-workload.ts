import { kindIdOf, podTemplate, templatePath, type KubeObject } from '@alloy/contracts';
import { checkDeployment, checkReplicas, checkSelector } from './check-deployment';
import { checkLabels } from './check-metadata';
import { checkPod } from './check-pod';
import { at, type Finding } from './finding';
import { recordOf } from './strings';

/** Checks a workload: its replicas, its selector, its pods. No finding for an object that is none. */
export function checkWorkload(object: KubeObject, pointer: string): Finding[] {
  const template = podTemplate(object);
  if (!template) return [];
  const here = at(pointer, ...templatePath(object)!);
  const spec = recordOf(object['spec']);
  const labels = recordOf(recordOf(template['metadata'])['labels']);
  return [
    ...checkOwnFields(kindIdOf(object), spec, labels, at(pointer, 'spec')),
    ...checkLabels(recordOf(template['metadata']), at(here, 'metadata')),
    ...checkPod(recordOf(template['spec']), at(here, 'spec')),
  ];
}

function checkOwnFields(
  id: string, spec: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, unknown>>, pointer: string,
): Finding[] {
  switch (id) {
    case 'Deployment.apps':
      return checkDeployment(spec, labels, pointer);
    case 'StatefulSet.apps':
      return [
        ...checkReplicas(spec['replicas'], at(pointer, 'replicas'), 0),
        ...checkSelector('StatefulSet', spec['selector'], labels, at(pointer, 'selector')),
      ];
    case 'DaemonSet.apps':
      return checkSelector('DaemonSet', spec['selector'], labels, at(pointer, 'selector'));
    default:
      return [];
  }
}
