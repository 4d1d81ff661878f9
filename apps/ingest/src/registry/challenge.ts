const PARAMETER = /([a-zA-Z]+)="([^"]*)"/g;

/**
 * The URL for a token of a registry that answered 401, from its `WWW-Authenticate: Bearer`. Undefined: it requires
 * another scheme.
 */
export function tokenUrl(header: string | undefined): URL | undefined {
  if (header === undefined || !/^Bearer /i.test(header)) return undefined;
  const { realm, service, scope } = Object.fromEntries(
    [...header.matchAll(PARAMETER)].map(([, name, value]) => [name!.toLowerCase(), value!]),
  );
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  if (scope !== undefined) url.searchParams.set('scope', scope);
  return url;
}
