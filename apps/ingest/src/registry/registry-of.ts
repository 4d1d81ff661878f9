import { canonicalRepository } from '../manifests/image-reference';
import { isThisMachine } from '../http/guarded-http';

/** Where Docker Hub's registry is: under another name than its images say. */
const DOCKER_HUB = 'registry-1.docker.io';

/** The address of a tag's manifest by the OCI distribution specification. */
export function manifestUrl(repository: string, tag: string): URL {
  const [host = '', ...path] = canonicalRepository(repository).split('/');
  const authority = host === 'docker.io' ? DOCKER_HUB : host;
  const { hostname } = new URL(`http://${authority}`);
  return new URL(`${isThisMachine({ hostname }) ? 'http' : 'https'}://${authority}/v2/${path.join('/')}/manifests/${tag}`);
}
