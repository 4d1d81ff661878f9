/**
 * An image as Kubernetes reads it. `tag` is everything that follows the repository: `v1`, a digest (`sha256:…`), or
 * both (`v1@sha256:…`).
 */
export const imageName = (repository: string, tag: string): string => `${repository}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`;

const TAG = /:([\w][\w.-]*)$/;

/** Repository and tag of an image, the inverse of `imageName`; the tag is `latest` if the image has neither. */
export function imageParts(image: string): { readonly repository: string; readonly tag: string } {
  const [name = '', digest] = image.split('@', 2);
  const tag = TAG.exec(name)?.[1];
  const repository = name.replace(TAG, '');
  return { repository, tag: [tag, digest].filter((part) => part !== undefined).join('@') || 'latest' };
}
