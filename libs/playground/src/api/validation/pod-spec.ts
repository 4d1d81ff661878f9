import { quantityOf } from '@alloy/contracts';
import { arrayOrEmpty, at, isObject, objectOrEmpty, stableJson } from '../json';
import type { Cause } from '../status';
import { portCauses, required, unsupported, wrongValue } from './causes';

/**
 * The causes for which the API server refuses a pod's spec; none if there is no spec. `claims`: names of volumes that
 * the workload's controller adds.
 */
export function checkPodSpec(spec: unknown, path: string, claims: readonly unknown[] = []): Cause[] {
  if (spec === undefined) return [];
  const containers = arrayOrEmpty(at(spec, 'containers'));
  if (containers.length === 0) return [required(`${path}.containers`)];
  const names = containers.map((container) => at(container, 'name'));
  const volumes = [...arrayOrEmpty(at(spec, 'volumes')).map((volume) => at(volume, 'name')), ...claims];
  return [
    ...containers.flatMap((container, index) => {
      const field = `${path}.containers[${index}].name`;
      const isTwice = names.indexOf(names[index]) !== index;
      return isTwice ? [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${stableJson(names[index])}`, field }] : [];
    }),
    ...['initContainers', 'containers'].flatMap((list) =>
      arrayOrEmpty(at(spec, list)).flatMap((container, index) => checkContainer(container, `${path}.${list}[${index}]`, volumes)),
    ),
  ];
}

const checkContainer = (container: unknown, path: string, volumes: readonly unknown[]): Cause[] => [
  ...(at(container, 'image') === undefined || at(container, 'image') === '' ? [required(`${path}.image`)] : []),
  ...unsupported(`${path}.imagePullPolicy`, at(container, 'imagePullPolicy'), ['Always', 'IfNotPresent', 'Never']),
  ...arrayOrEmpty(at(container, 'ports')).flatMap((port, index) =>
    portCauses(`${path}.ports[${index}].containerPort`, at(port, 'containerPort')),
  ),
  ...checkVariables(container, path),
  ...arrayOrEmpty(at(container, 'volumeMounts')).flatMap((mount, index) =>
    checkMount(mount, `${path}.volumeMounts[${index}].name`, volumes),
  ),
  ...checkResources(container, path),
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => checkProbe(at(container, probe), `${path}.${probe}`)),
];

const checkMount = (mount: unknown, field: string, volumes: readonly unknown[]): Cause[] =>
  volumes.includes(at(mount, 'name'))
    ? []
    : [{ reason: 'FieldValueNotFound', message: `Not found: ${stableJson(at(mount, 'name'))}`, field }];

const checkResources = (container: unknown, path: string): Cause[] =>
  Object.entries(objectOrEmpty(at(container, 'resources', 'requests'))).flatMap(([name, request]) => {
    const limit = at(container, 'resources', 'limits', name);
    return limit !== undefined && quantityOf(request) > quantityOf(limit)
      ? [wrongValue(`${path}.resources.requests`, request, `must be less than or equal to ${name} limit of ${String(limit)}`)]
      : [];
  });

const checkProbe = (probe: unknown, path: string): Cause[] =>
  ['httpGet', 'tcpSocket', 'grpc'].flatMap((action) => {
    const port = at(probe, action, 'port');
    const field = `${path}.${action}.port`;
    if (typeof port !== 'string') return portCauses(field, port);
    return /^[a-z0-9-]+$/i.test(port)
      ? []
      : [wrongValue(field, port, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')];
  });

/** A variable has a name without `=`, and a value or one source. */
const checkVariables = (container: unknown, path: string): Cause[] =>
  arrayOrEmpty(at(container, 'env')).flatMap((variable, index) => {
    const here = `${path}.env[${index}]`;
    const name = String(at(variable, 'name'));
    return [
      ...(name.includes('=') ? [wrongValue(`${here}.name`, name, "a valid environment variable name must not contain '='")] : []),
      ...checkSource(variable, `${here}.valueFrom`),
    ];
  });

function checkSource(variable: unknown, field: string): Cause[] {
  const source = at(variable, 'valueFrom');
  if (!isObject(source)) return [];
  if (Object.keys(source).length === 0)
    return [wrongValue(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`')];
  if (Object.keys(source).length > 1) return [wrongValue(field, '', 'may not have more than one field specified at a time')];
  return at(variable, 'value') ? [wrongValue(field, '', 'may not be specified when `value` is not empty')] : [];
}
