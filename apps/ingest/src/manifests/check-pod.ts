import { checkPodListKeys } from './check-list-keys';
import { at, invalid, type Finding } from './finding';
import { imageFault } from './image-fault';
import { parseImage } from './image-reference';
import { isLabelName, listOf, recordOf } from './strings';

/** Checks the containers of a pod. */
export function checkPod(pod: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const containers = listOf(pod['containers']);
  if (containers.length === 0) return [invalid('missing_field', at(pointer, 'containers'), 'A pod needs a container.')];
  const all = (['initContainers', 'containers'] as const).flatMap((key) =>
    listOf(pod[key]).map((container, i) => ({ container: recordOf(container), pointer: at(pointer, key, i) })),
  );
  const names = all.map(({ container }) => container['name']);
  return [
    ...all.flatMap(({ container, pointer: here }) => checkContainer(container, here)),
    ...(new Set(names).size < names.length
      ? [invalid('duplicate_object', at(pointer, 'containers'), 'Two containers have the same name.')]
      : []),
    ...checkPodListKeys(pod, pointer),
  ];
}

function checkContainer({ name, image }: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const findings: Finding[] = [];
  if (typeof name !== 'string' || !isLabelName(name))
    findings.push(invalid('bad_name', at(pointer, 'name'), 'A container needs a name of lower-case letters, digits and hyphens.'));
  if (typeof image !== 'string' || !parseImage(image))
    findings.push(
      invalid('invalid_value', at(pointer, 'image'), typeof image === 'string' ? imageFault(image) : 'A container needs an image.'),
    );
  return findings;
}
