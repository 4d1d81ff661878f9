import { characterAt } from './character';
import { DIGEST, parseImage, TAG } from './image-reference';
import { hasPlaceholder, NOT_REPLACED } from './placeholder';

const MAX_TAG = 128;
const MAX_IMAGE = 512;
/** What is wrong with the tag of a request, without its value. */
export function tagFault(tag: string): string {
  if (tag === '') return 'The image tag is empty.';
  if (hasPlaceholder(tag)) return NOT_REPLACED;
  const digest = tag.indexOf('@') + 1;
  if (tag.startsWith('sha256:') || digest > 0) return digestFault(tag.slice(digest), digest, tag);
  return `This is not a valid image tag: ${partFault(tag, 0, tag)}.`;
}

/** What is wrong with an image reference, without its value. */
export function imageFault(image: string): string {
  if (image === '') return 'The image is empty.';
  if (hasPlaceholder(image)) return NOT_REPLACED;
  if (image.length > MAX_IMAGE) return `This is not an image reference: it has more than ${MAX_IMAGE} characters.`;
  if (/^[a-z+]+:\/\//i.test(image)) return 'This is not an image reference: it starts with the scheme of a URL, which must be left out.';
  const at = image.indexOf('@');
  const named = at < 0 ? image : image.slice(0, at);
  const digest = at < 0 ? undefined : image.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest) && parseImage(named)) return digestFault(digest, at + 1, image);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  const isTag = colon >= 0 && parseImage(repository) !== undefined;
  const fault = isTag ? partFault(named.slice(colon + 1), colon + 1, image) : repositoryFault(repository, image);
  return `This is not an image reference: ${fault}.`;
}

/** `offset`: where the tag starts in the whole text, to which positions refer. */
function partFault(tag: string, offset: number, whole: string): string {
  if (tag === '') return 'the tag after the colon is empty';
  const wrong = tag.search(/[^A-Za-z0-9_.-]/);
  if (wrong >= 0) return `${characterAt(whole, offset + wrong)}; a tag has only letters, digits, "_", "." and "-"`;
  if (/^[.-]/.test(tag)) return `${characterAt(whole, offset)}; a tag starts with a letter, a digit or "_"`;
  return tag.length > MAX_TAG ? `the tag has more than ${MAX_TAG} characters` : 'the tag is invalid';
}

function digestFault(digest: string, offset: number, whole: string): string {
  const tag = offset > 0 ? whole.slice(0, offset - 1) : undefined;
  if (tag !== undefined && !tag.includes('/') && !TAG.test(tag)) return `This is not a valid image tag: ${partFault(tag, 0, whole)}.`;
  const hex = 'sha256:'.length;
  if (!digest.startsWith('sha256:')) return 'A digest must be sha256: and 64 hexadecimal digits.';
  const wrong = digest.slice(hex).search(/[^0-9a-f]/);
  if (wrong >= 0) return `This is not a valid digest: ${characterAt(whole, offset + hex + wrong)}; only 0-9 and a-f may follow sha256:.`;
  return `This is not a valid digest: ${digest.length - hex} digits follow sha256:, but it needs 64.`;
}

function repositoryFault(repository: string, whole: string): string {
  if (repository === '') return 'the repository before the tag is missing';
  const wrong = repository.search(/[^A-Za-z0-9_.\-/:[\]]/);
  if (wrong >= 0) return characterAt(whole, wrong);
  // The host may have upper-case letters.
  const path = /^[^/]*[.:][^/]*\/|^localhost\//.exec(repository)?.[0].length ?? 0;
  const upper = repository.slice(path).search(/[A-Z]/);
  if (upper >= 0) return `${characterAt(whole, path + upper)}; the path of an image has only lower-case letters`;
  const edge = /(?:^|\/)[._-]|[._-](?:\/|$)|(?:^|\/)(?=\/|$)|\.\.|___|\._|_\.|[._]-|-[._]/.exec(repository.slice(path));
  if (edge && path + edge.index < whole.length)
    return `${characterAt(whole, path + edge.index)}, but each part of the path starts and ends with a letter or a digit`;
  return 'its registry or its path is invalid';
}
