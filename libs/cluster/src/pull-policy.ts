import type { PodTemplate } from './json';

/**
 * The pod template with an explicit pull policy in each container. The default of the API server depends on the tag,
 * and it keeps the default of an earlier tag, because no manager owns it: pods of a new Deployment would have another
 * one than those of a changed Deployment.
 */
export function withPullPolicies(template: PodTemplate): PodTemplate {
  const { containers, initContainers, ...spec } = template.spec;
  const explicit = { containers: containers.map(withPolicy), ...(initContainers && { initContainers: initContainers.map(withPolicy) }) };
  return { ...template, spec: { ...spec, ...explicit } };
}

type Container = PodTemplate['spec']['containers'][number];

const withPolicy = (container: Container): Container =>
  container.imagePullPolicy ? container : { ...container, imagePullPolicy: isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent' };

/** Whether the image has the tag `latest`, which is also the tag of an image with neither a tag nor a digest. */
function isLatest(image: string): boolean {
  const [name = '', digest] = image.split('@');
  const tag = /:([^:/]*)$/.exec(name)?.[1];
  return tag === undefined ? digest === undefined : tag === 'latest';
}
