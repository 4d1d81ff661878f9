import type { KubeObject } from '@alloy/contracts';

/**
 * Names of the maps that server-side apply merges key by key, anywhere in an object. Source: the OpenAPI of Kubernetes,
 * fields without `x-kubernetes-map-type`.
 */
const mergedMaps: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'data',
  'binaryData',
  'stringData',
  'limits',
  'requests',
  'overhead',
  'volumeAttributes',
  'options',
]);

/**
 * The body of a creation or of a server-side apply: the object without null values, which both ignore, and without
 * empty maps. The API server stores neither of them, but a manager that applies one owns the whole field. Then a forced
 * apply removes the entries of other managers, and the API server refuses other managers that add entries with 409.
 */
export const applyBody = <T extends KubeObject>(object: T): T => withoutEmpty(object) as T;

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => inner !== null && !(mergedMaps.has(key) && isEmptyMap(inner)));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

const isEmptyMap = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
