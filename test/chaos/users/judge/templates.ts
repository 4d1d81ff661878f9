import type { Step } from '../../../observer/revision';
import type { Deployment, Template } from '../user';

/** A Deployment as the observer saw it at that time, in ms since 1970; undefined: there was none. */
export function deploymentBefore(steps: readonly Step[], name: string, ms: number): Deployment | undefined {
  const last = steps.findLast(
    ({ revision: { object, seenAt = 0 } }) => object.kind === 'Deployment' && object.metadata.name === name && seenAt < ms,
  );
  return last?.revision.type === 'stored' ? (last.revision.object as Deployment) : undefined;
}

/** The template without the labels and annotations of Alloy, as a text to compare. */
export function withoutAlloys({ metadata, spec }: Template): string {
  const others = (map: Readonly<Record<string, string>> = {}): object =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith('alloy.dev/')));
  return stable({ labels: others(metadata.labels), annotations: others(metadata.annotations), spec });
}

/** What runs: image, variables and sources of each container. */
export const contentOf = ({ spec }: { readonly spec: Deployment['spec'] }): string =>
  stable(spec.template.spec.containers.map(({ name, image, env, envFrom }) => ({ name, image, env: env ?? [], envFrom })));

export const tagOf = ({ spec }: { readonly spec: Deployment['spec'] }): string =>
  spec.template.spec.containers[0]!.image.split(':').at(-1)!;

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
