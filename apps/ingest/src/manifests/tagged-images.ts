import { podTemplate, type KubeObject } from '@alloy/contracts';
import { done, invalid, refuse, type Result } from './finding';
import { canonicalRepository, parseImage, sameRepository, type ImageReference } from './image-reference';
import { listOf, recordOf } from './strings';

interface Question {
  readonly objects: readonly KubeObject[];
  /** The image of the workload that is released, as in the manifest. */
  readonly released: ImageReference;
  /** Repositories of the policy; undefined: the default. */
  readonly images: readonly string[] | undefined;
  /** The position of the workload. */
  readonly pointer: string;
}

/**
 * The repositories that get the tag of the release, as written, the released one first. Default: those in the same
 * place (`registry.example.com/shop/…`) with the same tag in the manifests, or with none; another tag or a digest there
 * is on purpose. Refuses a repository of the policy that no container has.
 */
export function taggedImages({ objects, released, images, pointer }: Question): Result<readonly string[]> {
  const found = objects.flatMap(imagesOf).filter(({ repository }) => !sameRepository(repository, released.repository));
  if (images === undefined) return done(distinct([released, ...found.filter((image) => isSibling(image, released))]));
  const wanted = images.map((image) => parseImage(image)?.repository ?? image);
  const known = [released, ...found];
  const missing = wanted.find((repository) => !known.some((image) => sameRepository(image.repository, repository)));
  if (missing !== undefined)
    return refuse(invalid('image_missing', pointer, `No container has the image ${missing}, which the policy names in its images.`));
  const chosen = found.filter(({ repository }) => wanted.some((one) => sameRepository(one, repository)));
  return done(distinct([released, ...chosen]));
}

function imagesOf(object: KubeObject): readonly ImageReference[] {
  const pod = recordOf(recordOf(podTemplate(object))['spec']);
  return ['initContainers', 'containers']
    .flatMap((list) => listOf(pod[list]))
    .flatMap((container) => parseImage(String(recordOf(container)['image'])) ?? []);
}

const isSibling = (image: ImageReference, released: ImageReference): boolean =>
  image.digest === undefined &&
  (image.tag === undefined || image.tag === released.tag) &&
  placeOf(image.repository) !== 'docker.io/library' &&
  placeOf(image.repository) === placeOf(released.repository);

/** The repository without its last part: `registry.example.com/shop`. */
const placeOf = (repository: string): string => canonicalRepository(repository).replace(/\/[^/]*$/, '');

const distinct = (images: readonly ImageReference[]): readonly string[] => [...new Set(images.map(({ repository }) => repository))];
