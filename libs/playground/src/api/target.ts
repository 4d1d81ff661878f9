import { apiVersionOf, eventsAlias, resourceTypes, type ResourceType } from '../resources';

/** The parts of a resource path. */
export interface Target {
  readonly type: ResourceType;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** The path after the subresource, for a proxy: `metrics/x`. */
  readonly rest: string;
}

const byPath = new Map([...resourceTypes, eventsAlias].map((type) => [`${apiVersionOf(type)}/${type.resource}`, type]));

/**
 * Parses `/api/v1/namespaces/shop/pods/web/log`, `/apis/apps/v1/deployments`, …; `undefined` for a resource that is not
 * served.
 */
export function parseTarget(path: string): Target | undefined {
  const parts = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(.+)$/.exec(path);
  if (!parts) return undefined;
  const groupVersion = parts[1] ?? parts[2] ?? '';
  const segments = (parts[3] ?? '').split('/').map(decodeSegment);
  const inNamespace = segments[0] === 'namespaces' && segments.length >= 3 && !['status', 'finalize'].includes(segments[2] ?? '');
  const [resource = '', name, subresource, ...rest] = inNamespace ? segments.slice(2) : segments;
  const type = byPath.get(`${groupVersion}/${resource}`);
  if (!type || (inNamespace && !type.namespaced) || (!inNamespace && type.namespaced && name !== undefined)) return undefined;
  return {
    type,
    namespace: inNamespace ? segments[1] : undefined,
    name: name === '' ? undefined : name,
    subresource,
    rest: rest.join('/'),
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
