import { at, invalid, type Finding } from './finding';
import { isRecord, listOf, recordOf } from './strings';

/** The fields that identify an item of a list, with their defaults. */
type Keys = Readonly<Record<string, string | undefined>>;

const keysOf = (...names: readonly string[]): Keys => Object.fromEntries(names.map((name) => [name, undefined]));

/** Source: `x-kubernetes-list-map-keys` in the OpenAPI of Kubernetes. */
const podLists: Readonly<Record<string, Keys>> = {
  hostAliases: keysOf('ip'),
  imagePullSecrets: keysOf('name'),
  resourceClaims: keysOf('name'),
  schedulingGates: keysOf('name'),
  topologySpreadConstraints: keysOf('topologyKey', 'whenUnsatisfiable'),
  volumes: keysOf('name'),
};
const containerLists: Readonly<Record<string, Keys>> = {
  env: keysOf('name'),
  ports: { containerPort: undefined, protocol: 'TCP' },
  volumeDevices: keysOf('devicePath'),
  volumeMounts: keysOf('mountPath'),
};
const serviceLists: Readonly<Record<string, Keys>> = { ports: { port: undefined, protocol: 'TCP' } };

/**
 * Checks that no list of the pod, and none of its containers, has two items with the same key. A creation accepts them,
 * but no later release could change the object, because server-side apply refuses them.
 */
export function checkPodListKeys(pod: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const containers = ['initContainers', 'containers'].flatMap((list) =>
    listOf(pod[list]).flatMap((container, i) => checkLists(recordOf(container), containerLists, at(pointer, list, i))),
  );
  return [...checkLists(pod, podLists, pointer), ...containers];
}

/** Checks that no two ports of the Service have the same number and protocol. */
export const checkServiceListKeys = (spec: Readonly<Record<string, unknown>>, pointer: string): Finding[] =>
  checkLists(spec, serviceLists, pointer);

const checkLists = (owner: Readonly<Record<string, unknown>>, lists: Readonly<Record<string, Keys>>, pointer: string): Finding[] =>
  Object.entries(lists).flatMap(([list, keys]) => checkList(listOf(owner[list]), keys, at(pointer, list)));

function checkList(items: readonly unknown[], keys: Keys, pointer: string): Finding[] {
  const first = new Map<string, number>();
  return items.flatMap((item, i) => {
    const key = keyText(item, keys);
    const before = key === undefined ? undefined : first.get(key);
    if (key !== undefined && before === undefined) first.set(key, i);
    return before === undefined ? [] : [duplicate(before, i, Object.keys(keys), pointer)];
  });
}

/** undefined: the item has no complete key, which is another fault. */
function keyText(item: unknown, keys: Keys): string | undefined {
  if (!isRecord(item)) return undefined;
  const values = Object.entries(keys).map(([name, byDefault]) => item[name] ?? byDefault);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

function duplicate(before: number, index: number, keys: readonly string[], pointer: string): Finding {
  const text = `Items ${before} and ${index} of this list have the same ${keys.join(' and ')}, which Kubernetes refuses in every later change.`;
  return invalid('duplicate_item', at(pointer, index), `${text} Remove one of them.`);
}
