/**
 * An image reference as a package URL of type `oci` (https://github.com/package-url/purl-spec): name, digest if any,
 * repository and tag.
 */
export function imagePurl(image: string): string {
  const [reference = '', digest] = image.split('@');
  const tagAt = reference.lastIndexOf(':');
  const hasTag = tagAt > reference.lastIndexOf('/');
  const repository = hasTag ? reference.slice(0, tagAt) : reference;
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
  const qualifiers = [
    ...(repository.includes('/') ? [`repository_url=${encodeURIComponent(repository.toLowerCase())}`] : []),
    ...(hasTag ? [`tag=${encodeURIComponent(reference.slice(tagAt + 1))}`] : []),
  ];
  return `pkg:oci/${encodeURIComponent(name)}${digest === undefined ? '' : `@${encodeURIComponent(digest)}`}${qualifiers.length > 0 ? `?${qualifiers.join('&')}` : ''}`;
}
