import type { V1ContainerStatus } from '@kubernetes/client-node';
import type { Json } from './json';

const OBJECT = /\b(configmap|secret) "([^"]+)" not found/i;
const KEY = /couldn't find key (\S+) in (?:(ConfigMap|Secret) )?(?:[^/\s]+\/)?(\S+)/;

/** The ConfigMap, Secret or key of one for which the kubelet waits before it starts the container; undefined: none. */
export function missingIn({ state }: Json<V1ContainerStatus>): string | undefined {
  const { reason, message = '' } = state?.waiting ?? {};
  if (reason !== 'CreateContainerConfigError') return undefined;
  const [, kind = '', name] = OBJECT.exec(message) ?? [];
  if (name !== undefined) return `${kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap'} ${name} does not exist`;
  const [, key, owner = 'ConfigMap or Secret', of] = KEY.exec(message) ?? [];
  return key === undefined ? undefined : `${owner} ${of} has no key ${key}`;
}
