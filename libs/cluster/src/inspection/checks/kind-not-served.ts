import type { Refusal } from '@alloy/release';
import type { InspectInput } from '../inspect';

/** The cluster does not serve a kind of the bundle, or serves it without namespaces, which Alloy never leaves. */
export function kindNotServed({ unserved = [] }: InspectInput): Refusal | null {
  const [first] = unserved;
  if (!first) return null;
  const { apiVersion, kind, name } = first.object;
  return {
    code: 'kind_not_served',
    text: first.isClusterScoped
      ? `${kind} ${name} is cluster-scoped, and Alloy writes only into the namespace: take ${kind} out of the policy's kinds`
      : `this cluster does not serve ${kind} of ${apiVersion}, which ${name} is: install it, or take ${kind} out of the policy's kinds`,
  };
}
