import type { Refusal } from '@alloy/release';
import { keyOf } from '../../with-owner';
import { deploymentOf } from '../../revision';
import type { InspectInput } from '../inspect';
import { selectorOf } from '../route/selector-of';

/**
 * A label that the policy gives only to the canary's pods, and by which the Deployment or one of its Services selects:
 * the pods would get no traffic.
 */
export function canaryLabels({ bundle, live, wantsCanary, canary }: InspectInput): Refusal | null {
  const labels = canary?.canaryMetadata?.labels ?? {};
  if (!wantsCanary || Object.keys(labels).length === 0) return null;
  const { selector, template } = deploymentOf(bundle).spec;
  const pods = template.metadata?.labels ?? {};
  const services = bundle.objects.filter(({ kind }) => kind === 'Service').map((service) => live.shared.get(keyOf(service)) ?? service);
  const selected = [
    { kind: 'Deployment', name: bundle.workload, names: namesOf(selector) },
    ...services.map((service) => ({ kind: 'Service', name: service.metadata.name, names: Object.keys(selectorOf(service)) })),
  ];
  for (const { kind, name, names } of selected) {
    const label = names.find((one) => labels[one] !== undefined && labels[one] !== pods[one]);
    if (label !== undefined) {
      const text = `${kind} ${name} selects pods by label ${label}, of which canary.canaryMetadata of the policy gives the canary another value`;
      return { code: 'canary_label_selected', text };
    }
  }
  return null;
}

const namesOf = ({ matchLabels = {}, matchExpressions = [] }: ReturnType<typeof deploymentOf>['spec']['selector']): readonly string[] =>
  [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
