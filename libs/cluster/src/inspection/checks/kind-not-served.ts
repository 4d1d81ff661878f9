import type { Refusal } from '@alloy/release';
import type { InspectInput } from '../inspect';
import type { Unserved } from '../unserved';

/** The cluster does not serve a kind of the bundle, or serves it without namespaces, which Alloy never leaves. */
export function kindNotServed({ unserved = [] }: InspectInput): Refusal | null {
  const [first] = unserved;
  if (!first) return null;
  return { code: 'kind_not_served', text: textOf(first) };
}

function textOf({ object: { apiVersion, kind, name }, isClusterScoped, servedAs }: Unserved): string {
  if (isClusterScoped)
    return `${kind} ${name} is cluster-scoped, and Alloy writes only into the namespace: take ${kind} out of the policy's kinds`;
  if (servedAs !== undefined)
    return `this cluster serves ${kind} as ${servedAs} and not as ${apiVersion}: change the apiVersion of ${kind} ${name}`;
  return `this cluster does not serve ${kind} of ${apiVersion}, which ${name} is: install it, or take ${kind} out of the policy's kinds`;
}
