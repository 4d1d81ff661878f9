import { imageName, podTemplate, withTemplate, type KubeObject } from '@alloy/contracts';
import { at, done, invalid, refuse, type Result } from './finding';
import { parseImage, sameRepository, type ImageReference } from './image-reference';
import { listOf, recordOf } from './strings';

export interface Retagged {
  readonly object: KubeObject;
  /** The repository whose tag was replaced, as written. */
  readonly image: string;
  readonly replicas: number | null;
}

/**
 * Sets the tag of every container with the policy's `image` (init containers, too), else of the only container.
 * Removes the old digest, which would pin the old image; the new tag may be a digest, or contain one.
 */
export function replaceImageTag(deployment: KubeObject, tag: string, wanted: string | undefined, pointer: string): Result<Retagged> {
  const spec = recordOf(deployment['spec']);
  const template = recordOf(spec['template']);
  const pod = recordOf(template['spec']);
  const repository = chooseRepository(pod, wanted);
  if (repository === undefined) {
    const detail =
      wanted === undefined
        ? 'There are several containers: the policy must name the image whose tag is replaced.'
        : 'No container has the image of the policy.';
    return refuse(invalid('image_ambiguous', at(pointer, 'spec', 'template', 'spec', 'containers'), detail));
  }
  const object = withImageTag(deployment, repository, tag);
  return done({ object, image: repository, replicas: typeof spec['replicas'] === 'number' ? spec['replicas'] : null });
}

/** The object with the tag in every container of that repository; the same object if it is no workload or has none. */
export function withImageTag(object: KubeObject, repository: string, tag: string): KubeObject {
  const template = podTemplate(object);
  if (!template) return object;
  const pod = recordOf(template['spec']);
  const retag = (list: unknown) => listOf(list).map((container) => retagged(recordOf(container), repository, tag));
  const changed = {
    ...pod,
    containers: retag(pod['containers']),
    ...(pod['initContainers'] === undefined ? {} : { initContainers: retag(pod['initContainers']) }),
  };
  return withTemplate(object, { ...template, spec: changed });
}

function chooseRepository(pod: Readonly<Record<string, unknown>>, wanted: string | undefined): string | undefined {
  const repositories = listOf(pod['containers']).map(imageOf).map((image) => image?.repository);
  const named =
    wanted === undefined
      ? undefined
      : repositories.find((repository) => repository !== undefined && sameRepository(repository, repositoryOf(wanted)));
  return named ?? (repositories.length === 1 ? repositories[0] : undefined);
}

const repositoryOf = (image: string): string => parseImage(image)?.repository ?? image;
const imageOf = (container: unknown): ImageReference | undefined => parseImage(String(recordOf(container)['image']));

function retagged(container: Readonly<Record<string, unknown>>, repository: string, tag: string): Readonly<Record<string, unknown>> {
  const image = imageOf(container);
  return image && sameRepository(image.repository, repository) ? { ...container, image: imageName(image.repository, tag) } : container;
}
