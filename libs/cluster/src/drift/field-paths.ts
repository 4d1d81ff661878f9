import type { Fields } from '../managed-fields';

/**
 * The leaves of a set of managed fields as paths, e.g. `spec.template.spec.containers[web].image`. A list element is
 * named by its key fields. An element of a set of values is `[…]`, because its key is the value itself.
 */
export function fieldPaths(fields: Fields, prefix = ''): readonly string[] {
  const members = Object.entries(fields).filter(([key]) => key !== '.');
  if (members.length === 0) return prefix === '' ? [] : [prefix];
  return members.flatMap(([key, member]) => fieldPaths(member, join(prefix, key)));
}

function join(prefix: string, key: string): string {
  if (key.startsWith('f:')) return prefix === '' ? key.slice(2) : `${prefix}.${key.slice(2)}`;
  return `${prefix}[${key.startsWith('k:') ? keysOf(key.slice(2)) : '…'}]`;
}

/** `{"containerPort":80,"protocol":"TCP"}` becomes `80/TCP`. */
const keysOf = (json: string): string => Object.values(JSON.parse(json) as Readonly<Record<string, unknown>>).join('/');
