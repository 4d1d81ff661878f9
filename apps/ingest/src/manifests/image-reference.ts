/** A container image as written: `[host[:port]/]path[:tag][@digest]`. */
export interface ImageReference {
  /** Everything before tag and digest, as written. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const HOST = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?`;
const PART = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const REFERENCE = new RegExp(
  String.raw`^((?:${HOST}/)?${PART}(?:/${PART})*)(?::([\w][\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$`,
);

/** A tag by the rules of the OCI distribution specification. */
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What a release may have as its tag: `v1`, `sha256:…` or `v1@sha256:…`. */
export const TAG_OR_DIGEST = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:@sha256:[0-9a-f]{64})?|sha256:[0-9a-f]{64})$/;

/** Undefined: not an image reference. */
export function parseImage(image: string): ImageReference | undefined {
  const match = image.length <= 512 ? REFERENCE.exec(image) : null;
  return match ? { repository: match[1]!, tag: match[2], digest: match[3] } : undefined;
}

/** `nginx`, `docker.io/nginx` and `docker.io/library/nginx` are the same repository. */
export function sameRepository(a: string, b: string): boolean {
  return canonicalRepository(a) === canonicalRepository(b);
}

/** As `host/path`, with the parts that Docker leaves out. */
export function canonicalRepository(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  const hasHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const host = hasHost ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  const path = hasHost ? rest : [first, ...rest];
  return [host, ...(host === 'docker.io' && path.length === 1 ? ['library'] : []), ...path].join('/');
}
