import type { Refusal } from '@alloy/release';
import { deploymentOf } from '../../revision';
import { stableJson } from '../../stable-json';
import type { InspectInput } from '../inspect';

/** The running Deployment has another selector. */
export function selectorChanged({ bundle, live }: InspectInput): Refusal | null {
  const asked = deploymentOf(bundle);
  if (!live.web || stableJson(live.web.object.spec.selector) === stableJson(asked.spec.selector)) return null;
  return {
    code: 'selector_immutable',
    text: `Deployment ${bundle.workload} runs with another selector, and Kubernetes does not allow changing a selector`,
  };
}
