import { imageName, podTemplate, withTemplate, type KubeObject } from '@alloy/contracts';
import { at, done, invalid, refuse, type Result } from './finding';
import { parseImage, sameRepository, type ImageReference } from './image-reference';
import { listOf, recordOf } from './strings';

/**
 * The image whose tag the release replaces, as in the manifest: that of the container with the policy's `image`, else
 * of the only container.
 */
export function releasedImage(deployment: KubeObject, wanted: string | undefined, pointer: string): Result<ImageReference> {
  const containers = listOf(recordOf(recordOf(podTemplate(deployment))['spec'])['containers']);
  const image = chooseImage(containers, wanted);
  if (image) return done(image);
  const detail =
    wanted === undefined
      ? 'There are several containers: the policy must name the image whose tag is replaced.'
      : 'No container has the image of the policy.';
  return refuse(invalid('image_ambiguous', at(pointer, 'spec', 'template', 'spec', 'containers'), detail));
}

/**
 * The object with the tag in every container of that repository, init containers, too; the same object if it is no
 * workload. Removes the old digest, which would pin the old image; the new tag may be a digest, or contain one.
 */
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

function chooseImage(containers: readonly unknown[], wanted: string | undefined): ImageReference | undefined {
  const images = containers.map(imageOf);
  const named = wanted === undefined ? undefined : images.find((image) => image && sameRepository(image.repository, repositoryOf(wanted)));
  return named ?? (images.length === 1 ? images[0] : undefined);
}

const repositoryOf = (image: string): string => parseImage(image)?.repository ?? image;
const imageOf = (container: unknown): ImageReference | undefined => parseImage(String(recordOf(container)['image']));

function retagged(container: Readonly<Record<string, unknown>>, repository: string, tag: string): Readonly<Record<string, unknown>> {
  const image = imageOf(container);
  return image && sameRepository(image.repository, repository) ? { ...container, image: imageName(image.repository, tag) } : container;
}
