import type { Container } from '../kinds';

export type ConfigKind = 'configmaps' | 'secrets';
/** The `data` of a ConfigMap or Secret; `undefined`: the object does not exist. */
export type ConfigData = (kind: ConfigKind, name: string) => Readonly<Record<string, string>> | undefined;

/** A ConfigMap, Secret or key that the container needs does not exist. */
export class MissingConfig extends Error {
  readonly code = 'missing_config';
}

/** The objects that `containerEnv` reads. */
export const configOf = ({ env = [], envFrom = [] }: Container): ReadonlyArray<{ readonly kind: ConfigKind; readonly name: string }> => [
  ...envFrom.flatMap(({ configMapRef, secretRef }) => [...kinds('configmaps', configMapRef), ...kinds('secrets', secretRef)]),
  ...env.flatMap(({ valueFrom }) => [...kinds('configmaps', valueFrom?.configMapKeyRef), ...kinds('secrets', valueFrom?.secretKeyRef)]),
];
const kinds = (kind: ConfigKind, ref: { readonly name: string } | undefined): ReadonlyArray<{ kind: ConfigKind; name: string }> =>
  ref ? [{ kind, name: ref.name }] : [];

/** A container's environment variables, resolved like a kubelet; throws `MissingConfig`. */
export function containerEnv(configData: ConfigData, { env = [], envFrom = [] }: Container): Record<string, string> {
  const dataOf = (
    kind: ConfigKind,
    { name, optional }: { readonly name: string; readonly optional?: boolean },
  ): Readonly<Record<string, string>> => {
    const found = configData(kind, name);
    if (!found && !optional) throw new MissingConfig(`${kind === 'secrets' ? 'secret' : 'configmap'} "${name}" not found`);
    const data = found ?? {};
    return kind === 'configmaps'
      ? data
      : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
  };
  const resolved: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of envFrom) {
    for (const [key, value] of Object.entries({
      ...(configMapRef && dataOf('configmaps', configMapRef)),
      ...(secretRef && dataOf('secrets', secretRef)),
    }))
      resolved[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of env) {
    const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    const found = ref ? dataOf(valueFrom?.configMapKeyRef ? 'configmaps' : 'secrets', ref)[ref.key] : value;
    if (ref && found === undefined && !ref.optional) throw new MissingConfig(`couldn't find key ${ref.key} in ${ref.name}`);
    if (found !== undefined) resolved[name] = found;
  }
  return resolved;
}
