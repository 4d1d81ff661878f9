import type { V1LabelSelector } from '@kubernetes/client-node';
import type { KubeObject } from '@alloy/contracts';
import type { Refusal, TrafficPlan } from '@alloy/release';
import type { Json } from '../../json';
import { selects } from '../../selects';
import type { TrafficChoice } from './choose-traffic';
import { selectorOf } from './selector-of';

type Labels = Readonly<Record<string, string>>;

/** Longest value of a label. */
const MAX_VALUE = 63;
const SUFFIX = '-canary';

/**
 * A label of which the canary's pods have another value, so that neither the Services of the workload nor its
 * Deployment select them, and so no autoscaler. No NetworkPolicy may select by it: the canary must reach, and be
 * reached by, what stable does.
 */
export function canaryLabel(
  service: KubeObject, { deployment, objects, policies }: Pick<TrafficChoice, 'deployment' | 'objects' | 'policies'>,
): TrafficPlan['label'] | { readonly refusal: Refusal } {
  const labels = deployment.spec.template.metadata?.labels ?? {};
  const others = objects
    .filter(({ kind }) => kind === 'Service')
    .map(selectorOf)
    .filter((selector) => selects({ matchLabels: selector }, labels));
  const selectors = [...others, deployment.spec.selector.matchLabels ?? {}];
  const common = Object.keys(selectorOf(service)).filter((name) => selectors.every((selector) => selector[name] !== undefined));
  const { name: workload } = deployment.metadata;
  if (common.length === 0) {
    const text =
      `the Services in front of Deployment ${workload} and its selector have no label in common, ` +
      "by which the canary's pods could be kept apart";
    return { refusal: { code: 'route_unsuitable', text } };
  }
  const options = common.map((name) => ({ name, value: valueFor(labels[name]!) }));
  const blocked = (label: TrafficPlan['label']): KubeObject | undefined =>
    policies.find((policy) => separates(policy, labels, { ...labels, [label.name]: label.value }));
  const chosen = options.find((label) => !blocked(label));
  if (chosen) return chosen;
  const policy = blocked(options[0]!)!;
  const text =
    `NetworkPolicy ${policy.metadata.name} selects pods by label ${options[0]!.name}, of which the canary's pods have another value ` +
    `so that Service ${service.metadata.name} does not select them: select by another label of the pods`;
  return { refusal: { code: 'route_unsuitable', text } };
}

const valueFor = (value: string): string => `${value.slice(0, MAX_VALUE - SUFFIX.length)}${SUFFIX}`;

/** Whether a selector of the policy distinguishes between the pods of stable and those of the canary. */
const separates = (policy: KubeObject, stable: Labels, canary: Labels): boolean =>
  podSelectorsOf(policy['spec']).some((selector) => selects(selector, stable) !== selects(selector, canary));

function podSelectorsOf(value: unknown): ReadonlyArray<Json<V1LabelSelector>> {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'podSelector' ? [inner as Json<V1LabelSelector>] : podSelectorsOf(inner),
  );
}
