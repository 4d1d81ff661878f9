import { canonicalRepository } from '../manifests/image-reference';
import { isThisMachine } from '../http/guarded-http';

/** The host of Docker Hub's registry, which differs from the name in image references. */
const DOCKER_HUB = 'registry-1.docker.io';

/** The address of a tag's manifest by the OCI distribution specification. */
export function manifestUrl(repository: string, tag: string): URL {
  const [host = '', ...path] = canonicalRepository(repository).split('/');
  const authority = host === 'docker.io' ? DOCKER_HUB : host;
  const { hostname } = new URL(`http://${authority}`);
  return new URL(`${isThisMachine({ hostname }) ? 'http' : 'https'}://${authority}/v2/${path.join('/')}/manifests/${tag}`);
}
