import { sameJson, type PlaygroundObject } from '../../objects';
import type { ResourceType } from '../../resources';
import { arrayOrEmpty, at, isObject, objectOrEmpty, stableJson } from '../json';
import { schemaOf } from '../schema/schema';
import { matchLabelSelector, type LabelSelectorObject } from '../selectors/label-selector';
import { invalid, type Cause } from '../status';
import { checkLabels, checkName } from './names';
import { requiredFields } from './required';

/** 422 with all causes if the API server would refuse the object. `live` absent: it is created. */
export function validate(type: ResourceType, object: PlaygroundObject, live: PlaygroundObject | undefined, subresource?: string): void {
  const causes = [
    ...(live ? [] : checkName(type, object.metadata.name)),
    ...checkLabels(object.metadata.labels, 'metadata.labels'),
    ...requiredFields(object.spec, schemaOf(object.apiVersion, object.kind), 'spec'),
    ...checkKind(object),
    // A write to /resize changes only resources.
    ...(live && subresource !== 'resize' ? checkImmutable(object, live) : []),
  ];
  if (causes.length > 0) throw invalid(type, object.metadata.name, causes);
}

export const required = (field: string): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field });
export const wrongValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${stableJson(value)}: ${why}`,
  field,
});
const forbidden = (field: string, why: string): Cause => ({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field });

function checkKind(object: PlaygroundObject): Cause[] {
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return checkWorkload(object);
    case 'Pod':
      return checkContainers(object.spec, 'spec');
    case 'Job':
      return checkContainers(at(object, 'spec', 'template', 'spec'), 'spec.template.spec');
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
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${stableJson(policy)}: supported values: "Always"`,
      field: 'spec.template.spec.restartPolicy',
    });
  if (at(object, 'spec', 'strategy', 'type') === 'Recreate' && at(object, 'spec', 'strategy', 'rollingUpdate') !== undefined)
    causes.push(forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"));
  const rolling = objectOrEmpty(at(object, 'spec', 'strategy', 'rollingUpdate'));
  if (isZero(rolling['maxSurge']) && isZero(rolling['maxUnavailable']))
    causes.push(wrongValue('spec.strategy.rollingUpdate.maxUnavailable', rolling['maxUnavailable'], 'may not be 0 when `maxSurge` is 0'));
  return [
    ...causes,
    ...checkLabels(labels, 'spec.template.metadata.labels'),
    ...checkContainers(at(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
  ];
}

const isZero = (value: unknown): boolean => value === 0 || value === '0%';

function checkContainers(spec: unknown, path: string): Cause[] {
  const containers = arrayOrEmpty(at(spec, 'containers'));
  if (containers.length === 0) return spec === undefined ? [] : [required(`${path}.containers`)];
  const names = containers.map((container) => at(container, 'name'));
  return containers.flatMap((container, index) => {
    const here = `${path}.containers[${index}]`;
    const twice =
      names.indexOf(names[index]) !== index
        ? [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${stableJson(names[index])}`, field: `${here}.name` }]
        : [];
    return [
      ...twice,
      ...(at(container, 'image') === undefined || at(container, 'image') === '' ? [required(`${here}.image`)] : []),
      ...checkVariables(container, here),
    ];
  });
}

/** A variable has a value or one source. */
const checkVariables = (container: unknown, path: string): Cause[] =>
  arrayOrEmpty(at(container, 'env')).flatMap((variable, index) => {
    const field = `${path}.env[${index}].valueFrom`;
    const source = at(variable, 'valueFrom');
    if (!isObject(source)) return [];
    if (Object.keys(source).length !== 1)
      return [
        wrongValue(
          field,
          '',
          Object.keys(source).length === 0
            ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
            : 'may not have more than one field specified at a time',
        ),
      ];
    return at(variable, 'value') ? [wrongValue(field, '', 'may not be specified when `value` is not empty')] : [];
  });

function checkService(object: PlaygroundObject): Cause[] {
  const ports = arrayOrEmpty(at(object, 'spec', 'ports'));
  const headless = at(object, 'spec', 'clusterIP') === 'None' || at(object, 'spec', 'type') === 'ExternalName';
  if (ports.length === 0 && !headless) return [required('spec.ports')];
  return ports.flatMap((port, index) => {
    const number = Number(at(port, 'port'));
    const unnamed = ports.length > 1 && at(port, 'name') === undefined ? [required(`spec.ports[${index}].name`)] : [];
    return number >= 1 && number <= 65_535
      ? unnamed
      : [...unnamed, wrongValue(`spec.ports[${index}].port`, at(port, 'port'), 'must be between 1 and 65535, inclusive')];
  });
}

function checkImmutable(object: PlaygroundObject, live: PlaygroundObject): Cause[] {
  const changed = (...path: string[]): boolean => !sameJson(at(object, ...path), at(live, ...path));
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
    case 'StatefulSet':
      return changed('spec', 'selector') ? [wrongValue('spec.selector', at(object, 'spec', 'selector'), 'field is immutable')] : [];
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
