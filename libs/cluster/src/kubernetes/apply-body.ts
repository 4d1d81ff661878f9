import type { KubeObject } from '@alloy/contracts';

interface Port {
  readonly protocol?: string;
}

/** What an apply sends: servers up to 1.20 refuse a Service port that does not say its protocol, though TCP is the default. */
export function applyBody(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'v1' || object.kind !== 'Service') return object;
  const spec = object['spec'] as { readonly ports?: readonly Port[] } | undefined;
  if (!Array.isArray(spec?.ports)) return object;
  return { ...object, spec: { ...spec, ports: (spec.ports as readonly Port[]).map((port) => ({ protocol: 'TCP', ...port })) } };
}
