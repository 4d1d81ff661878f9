import { TRACK_LABEL } from '@alloy/contracts';
import type { AntiAffinity, CanaryMetadata, CanaryOptions } from '@alloy/release';
import type { Deployment, PodTemplate } from './json';

type Selector = Deployment['spec']['selector'];
type Container = PodTemplate['spec']['containers'][number];

/** The template of the canary's pods with what the policy gives only to them. `selector`: that of the workload. */
export function withCanaryOptions(template: PodTemplate, selector: Selector, options: CanaryOptions = {}): PodTemplate {
  const { canaryMetadata, antiAffinity } = options;
  const marked = canaryMetadata ? withMetadata(template, canaryMetadata) : template;
  return antiAffinity ? apartFromStable(marked, selector, antiAffinity) : marked;
}

function withMetadata(template: PodTemplate, { labels, annotations, env }: CanaryMetadata): PodTemplate {
  const { metadata, spec } = template;
  return {
    ...template,
    metadata: {
      ...metadata,
      ...(labels && { labels: { ...metadata?.labels, ...labels } }),
      ...(annotations && { annotations: { ...metadata?.annotations, ...annotations } }),
    },
    spec: env ? { ...spec, containers: spec.containers.map((container) => withEnv(container, env)) } : spec,
  };
}

/** First the new variables, because those of the manifest may refer to them. */
function withEnv(container: Container, env: Readonly<Record<string, string>>): Container {
  const given = Object.entries(env).map(([name, value]) => ({ name, value }));
  const found = container.env ?? [];
  const isNew = ({ name }: { readonly name: string }): boolean => !found.some((one) => one.name === name);
  return { ...container, env: [...given.filter(isNew), ...found.map((one) => given.find(({ name }) => name === one.name) ?? one)] };
}

/** Adds a term to those of the manifest. Stable's pods are those of the workload that are not of the canary. */
function apartFromStable(template: PodTemplate, selector: Selector, antiAffinity: AntiAffinity): PodTemplate {
  const { affinity } = template.spec;
  const found = affinity?.podAntiAffinity;
  const required = found?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferred = found?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const isStable = { key: TRACK_LABEL, operator: 'NotIn', values: ['canary'] };
  const term = {
    labelSelector: { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), isStable] },
    topologyKey: 'kubernetes.io/hostname',
  };
  const { preferredDuringSchedulingIgnoredDuringExecution: preference } = antiAffinity;
  const podAntiAffinity = preference
    ? { preferredDuringSchedulingIgnoredDuringExecution: [...preferred, { weight: preference.weight, podAffinityTerm: term }] }
    : { requiredDuringSchedulingIgnoredDuringExecution: [...required, term] };
  return { ...template, spec: { ...template.spec, affinity: { ...affinity, podAntiAffinity: { ...found, ...podAntiAffinity } } } };
}
