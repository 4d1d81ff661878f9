import type { ApiProxy } from '../support/api-proxy';

/** A write of the executor that the API server accepted at the time `at`, in ms since 1970. */
export interface Accepted {
  readonly path: string;
  readonly at: number;
}

/** The accepted writes through the proxy from now on. A Kubernetes Event only reports; it carries out no decision. */
export function acceptedWrites(proxy: ApiProxy): readonly Accepted[] {
  const accepted: Accepted[] = [];
  proxy.onAnswer = (method, path, status) => {
    if (method !== 'GET' && status < 300 && !path.includes('/events')) accepted.push({ path, at: Date.now() });
  };
  return accepted;
}
