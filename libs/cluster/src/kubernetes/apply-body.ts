import type { KubeObject } from '@alloy/contracts';

/** Maps of strings that server-side apply merges key by key, wherever they stand in an object. Source: the OpenAPI of Kubernetes, no `x-kubernetes-map-type`. */
const mergedMaps: ReadonlySet<string> = new Set(['labels', 'annotations', 'data', 'binaryData', 'stringData', 'limits', 'requests', 'overhead', 'volumeAttributes', 'options']);

/**
 * What an apply sends: the object without null, which a creation ignores as well, and without empty maps. Neither is stored, but the manager that applies one
 * owns the whole field: with force it removes what others have there, and the API server refuses each other manager that adds to it with 409.
 */
export const applyBody = <T extends KubeObject>(object: T): T => stored(object) as T;

function stored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stored);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => inner !== null && !(mergedMaps.has(key) && isEmptyMap(inner)));
  return Object.fromEntries(kept.map(([key, inner]) => [key, stored(inner)]));
}

const isEmptyMap = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
