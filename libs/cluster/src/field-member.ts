/** The member that a set of fields names as `f:name`, `k:{keys}` or `v:value`; undefined: there is none. */
export function memberOf(value: unknown, member: string): unknown {
  const name = member.slice(2);
  if (member.startsWith('f:')) return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  if (!Array.isArray(value)) return undefined;
  const wanted = JSON.parse(name) as unknown;
  if (!member.startsWith('k:')) return value.find((one) => one === wanted);
  // A key with a default value may be absent from a manifest.
  return value.find((one: Readonly<Record<string, unknown>>) =>
    Object.entries(wanted as object).every(([key, expected]) => one[key] === undefined || one[key] === expected),
  );
}
