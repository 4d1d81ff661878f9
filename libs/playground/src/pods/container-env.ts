import type { Container } from '../kinds';
import type { PlaygroundObject } from '../objects';
import type { Store } from '../store';

interface ConfigObject extends PlaygroundObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** A ConfigMap, Secret or key that the container needs and nobody has made. */
export class MissingConfig extends Error {
  readonly code = 'missing_config';
}

/** The variables a container starts with, as a kubelet resolves them; throws `MissingConfig`. */
export function containerEnv(store: Store, namespace: string | undefined, { env = [], envFrom = [] }: Container): Record<string, string> {
  const dataOf = (kind: 'configmaps' | 'secrets', { name, optional }: { readonly name: string; readonly optional?: boolean }): Readonly<Record<string, string>> => {
    const object = store.get<ConfigObject>({ resource: kind, namespace, name });
    if (!object && !optional) throw new MissingConfig(`${kind === 'secrets' ? 'secret' : 'configmap'} "${name}" not found`);
    const data = object?.data ?? {};
    return kind === 'configmaps' ? data : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
  };
  const resolved: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of envFrom) {
    for (const [key, value] of Object.entries({ ...(configMapRef && dataOf('configmaps', configMapRef)), ...(secretRef && dataOf('secrets', secretRef)) })) resolved[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of env) {
    const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    const found = ref ? dataOf(valueFrom?.configMapKeyRef ? 'configmaps' : 'secrets', ref)[ref.key] : value;
    if (ref && found === undefined && !ref.optional) throw new MissingConfig(`couldn't find key ${ref.key} in ${ref.name}`);
    if (found !== undefined) resolved[name] = found;
  }
  return resolved;
}
