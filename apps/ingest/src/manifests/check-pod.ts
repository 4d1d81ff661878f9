import type { Power } from '@alloy/release';
import { at, forbidden, invalid, type Finding } from './finding';
import { parseImage } from './image-reference';
import { isLabelName, listOf, recordOf } from './strings';

const HOST_FLAGS = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** A pod template: its containers, and that it asks for no power over its node but what is allowed. */
export function checkPod(pod: Readonly<Record<string, unknown>>, pointer: string, allow: readonly Power[]): Finding[] {
  const containers = listOf(pod['containers']);
  if (containers.length === 0) return [invalid('missing_field', at(pointer, 'containers'), 'A pod needs a container.')];
  const all = (['initContainers', 'containers'] as const).flatMap((key) => listOf(pod[key]).map((container, i) => ({ container: recordOf(container), pointer: at(pointer, key, i) })));
  const names = all.map(({ container }) => container['name']);
  return [
    ...all.flatMap(({ container, pointer: here }) => checkContainer(container, here, allow)),
    ...(new Set(names).size < names.length ? [invalid('duplicate_object', at(pointer, 'containers'), 'Two containers have the same name.')] : []),
    ...HOST_FLAGS.filter((flag) => pod[flag] === true && !allow.includes(flag)).map((flag) => forbidden('privileged', at(pointer, flag), `${flag} is not allowed.`)),
    ...listOf(pod['volumes']).flatMap((volume, i) => (recordOf(volume)['hostPath'] === undefined || allow.includes('hostPath') ? [] : [forbidden('privileged', at(pointer, 'volumes', i, 'hostPath'), 'hostPath is not allowed.')])),
  ];
}

function checkContainer(container: Readonly<Record<string, unknown>>, pointer: string, allow: readonly Power[]): Finding[] {
  const { name, image } = container;
  const security = recordOf(container['securityContext']);
  const added = listOf(recordOf(security['capabilities'])['add']);
  const findings: Finding[] = [];
  if (typeof name !== 'string' || !isLabelName(name.replace(/^[0-9]/, 'x'))) findings.push(invalid('bad_name', at(pointer, 'name'), 'A container needs a name of lower-case letters, digits and hyphens.'));
  if (typeof image !== 'string' || !parseImage(image)) findings.push(invalid('invalid_value', at(pointer, 'image'), 'This is not an image reference.'));
  if (security['privileged'] === true && !allow.includes('privileged')) findings.push(forbidden('privileged', at(pointer, 'securityContext', 'privileged'), 'Privileged containers are not allowed.'));
  if (added.some((capability) => capability === 'ALL' || capability === 'SYS_ADMIN') && !allow.includes('capabilities')) findings.push(forbidden('privileged', at(pointer, 'securityContext', 'capabilities', 'add'), 'This capability is not allowed.'));
  const hostPort = listOf(container['ports']).findIndex((port) => recordOf(port)['hostPort'] !== undefined && recordOf(port)['hostPort'] !== 0);
  if (hostPort >= 0 && !allow.includes('hostPort')) findings.push(forbidden('privileged', at(pointer, 'ports', hostPort, 'hostPort'), 'hostPort is not allowed.'));
  return findings;
}
