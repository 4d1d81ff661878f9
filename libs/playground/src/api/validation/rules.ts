import { sameJson, type PlaygroundObject } from '../../objects';
import type { ResourceType } from '../../resources';
import { arrayOrEmpty, at, isObject, objectOrEmpty } from '../json';
import { schemaOf } from '../schema/schema';
import { matchLabelSelector, type LabelSelectorObject } from '../selectors/label-selector';
import { invalid, type Cause } from '../status';
import { forbidden, portCauses, required, unsupported, wrongValue } from './causes';
import { checkAnnotations, checkLabels, checkName } from './names';
import { checkPodSpec } from './pod-spec';
import { requiredFields } from './required';

/** 422 with all causes if the API server would refuse the object. `live` absent: it is created. */
export function validate(type: ResourceType, object: PlaygroundObject, live: PlaygroundObject | undefined, subresource?: string): void {
  const causes = [
    ...(live ? [] : checkName(type, object.metadata.name)),
    ...checkLabels(object.metadata.labels, 'metadata.labels'),
    ...checkAnnotations(object.metadata.annotations, 'metadata.annotations'),
    ...requiredFields(object.spec, schemaOf(object.apiVersion, object.kind), 'spec'),
    ...checkKind(object),
    // A write to /resize changes only resources.
    ...(live && subresource !== 'resize' ? checkImmutable(object, live) : []),
  ];
  if (causes.length > 0) throw invalid(type, object.metadata.name, causes);
}

function checkKind(object: PlaygroundObject): Cause[] {
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return checkWorkload(object);
    case 'Pod':
      return checkPodSpec(object.spec, 'spec');
    case 'Job':
      return checkPodSpec(at(object, 'spec', 'template', 'spec'), 'spec.template.spec');
    case 'Service':
      return checkService(object);
    case 'HorizontalPodAutoscaler':
      return Number(at(object, 'spec', 'maxReplicas')) < Number(at(object, 'spec', 'minReplicas'))
        ? [wrongValue('spec.maxReplicas', at(object, 'spec', 'maxReplicas'), 'must be greater than or equal to `minReplicas`')]
        : [];
    default:
      return [];
  }
}

function checkWorkload(object: PlaygroundObject): Cause[] {
  const replicas = at(object, 'spec', 'replicas');
  const selector = at(object, 'spec', 'selector');
  const labels = objectOrEmpty(at(object, 'spec', 'template', 'metadata', 'labels')) as Record<string, string>;
  const causes = Number(replicas) < 0 ? [wrongValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : [];
  if (isObject(selector) && Object.keys(selector).length === 0)
    causes.push(wrongValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  else if (isObject(selector) && !matchLabelSelector(selector as LabelSelectorObject)(labels))
    causes.push(wrongValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  const policy = at(object, 'spec', 'template', 'spec', 'restartPolicy');
  if (policy !== undefined && policy !== 'Always')
    causes.push(...unsupported('spec.template.spec.restartPolicy', policy, ['Always']));
  if (at(object, 'spec', 'strategy', 'type') === 'Recreate' && at(object, 'spec', 'strategy', 'rollingUpdate') !== undefined)
    causes.push(forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"));
  const rolling = objectOrEmpty(at(object, 'spec', 'strategy', 'rollingUpdate'));
  if (isZero(rolling['maxSurge']) && isZero(rolling['maxUnavailable']))
    causes.push(wrongValue('spec.strategy.rollingUpdate.maxUnavailable', rolling['maxUnavailable'], 'may not be 0 when `maxSurge` is 0'));
  const deadline = at(object, 'spec', 'progressDeadlineSeconds');
  if (deadline !== undefined && Number(deadline) <= Number(at(object, 'spec', 'minReadySeconds') ?? 0))
    causes.push(wrongValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  const claims = arrayOrEmpty(at(object, 'spec', 'volumeClaimTemplates')).map((claim) => at(claim, 'metadata', 'name'));
  return [
    ...causes,
    ...checkLabels(labels, 'spec.template.metadata.labels'),
    ...checkPodSpec(at(object, 'spec', 'template', 'spec'), 'spec.template.spec', claims),
  ];
}

const isZero = (value: unknown): boolean => value === 0 || value === '0%';

function checkService(object: PlaygroundObject): Cause[] {
  const ports = arrayOrEmpty(at(object, 'spec', 'ports'));
  const type = at(object, 'spec', 'type');
  const headless = at(object, 'spec', 'clusterIP') === 'None' || type === 'ExternalName';
  if (ports.length === 0 && !headless) return [required('spec.ports')];
  return [
    ...unsupported('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...ports.flatMap((port, index) => [
      ...(ports.length > 1 && at(port, 'name') === undefined ? [required(`spec.ports[${index}].name`)] : []),
      ...portCauses(`spec.ports[${index}].port`, at(port, 'port')),
    ]),
  ];
}

function checkImmutable(object: PlaygroundObject, live: PlaygroundObject): Cause[] {
  const changed = (...path: string[]): boolean => !sameJson(at(object, ...path), at(live, ...path));
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return changed('spec', 'selector') ? [wrongValue('spec.selector', at(object, 'spec', 'selector'), 'field is immutable')] : [];
    case 'StatefulSet':
      return ['selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates']
        .filter((key) => changed('spec', key))
        .map((key) => wrongValue(`spec.${key}`, at(object, 'spec', key), 'field is immutable'));
    case 'Job':
      return changed('spec', 'template') ? [wrongValue('spec.template', at(object, 'spec', 'template'), 'field is immutable')] : [];
    case 'Service':
      return changed('spec', 'clusterIP') && at(live, 'spec', 'clusterIP') !== undefined && at(object, 'spec', 'type') !== 'ExternalName'
        ? [wrongValue('spec.clusterIPs[0]', arrayOrEmpty(at(object, 'spec', 'clusterIPs')), 'may not change once set')] : [];
    case 'ConfigMap':
    case 'Secret':
      return checkConfig(object, live, changed);
    case 'Pod':
      return checkPodUpdate(object, live);
    default:
      return [];
  }
}

function checkConfig(object: PlaygroundObject, live: PlaygroundObject, changed: (...path: string[]) => boolean): Cause[] {
  const causes = object.kind === 'Secret' && changed('type') ? [wrongValue('type', object['type'], 'field is immutable')] : [];
  if (live['immutable'] !== true) return causes;
  if (object['immutable'] !== true) causes.push(forbidden('immutable', 'field is immutable when `immutable` is set'));
  return [
    ...causes,
    ...['data', 'binaryData'].filter((key) => changed(key)).map((key) => forbidden(key, 'field is immutable when `immutable` is set')),
  ];
}

/** Of a pod only images, the deadline and added tolerations may change; its node is bound once. */
function checkPodUpdate(object: PlaygroundObject, live: PlaygroundObject): Cause[] {
  const fixed = (spec: unknown): unknown => {
    const {
      activeDeadlineSeconds: _deadline, tolerations: _tolerations, terminationGracePeriodSeconds: _grace,
      nodeName: _node,
      ...rest
    } = objectOrEmpty(spec);
    return { ...rest, containers: arrayOrEmpty(rest['containers']).map((container) => ({ ...objectOrEmpty(container), image: '' })) };
  };
  const rebound = at(live, 'spec', 'nodeName') !== undefined && at(object, 'spec', 'nodeName') !== at(live, 'spec', 'nodeName');
  if (!rebound && sameJson(fixed(object.spec), fixed(live.spec))) return [];
  return [
    forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`',
    ),
  ];
}
