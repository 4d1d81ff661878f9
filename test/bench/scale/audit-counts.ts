/** The fields that the bench reads from a line of the API server's audit log. */
export interface AuditLine {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
}

/** The number of requests with the same service, verb, resource, scope and user agent. */
export interface Counted {
  readonly service: string;
  readonly verb: string;
  /** With its subresource, such as `pods/proxy`; `(no object)` if the request is not for an object. */
  readonly resource: string;
  /** What the request is for: one object, a namespace, or the whole cluster. */
  readonly scope: 'object' | 'namespace' | 'cluster';
  readonly userAgent: string;
  readonly count: number;
}

const ACCOUNT = /^system:serviceaccount:[^:]+:alloy-(.+)$/;
const READS: readonly string[] = ['get', 'list', 'watch'];

/** A watch counts once, when it begins; every other request counts when its response is complete. */
const isCounted = ({ stage, verb }: AuditLine): boolean => stage === (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete');

/** Counts the requests of Alloy's services, most frequent first; requests of other users are ignored. */
export function countRequests(lines: readonly AuditLine[]): readonly Counted[] {
  const counts = new Map<string, Counted>();
  for (const line of lines) {
    const service = ACCOUNT.exec(line.user.username)?.[1];
    if (service === undefined || !isCounted(line)) continue;
    const { resource = '(no object)', subresource, namespace, name } = line.objectRef ?? {};
    const scope = name === undefined ? (namespace === undefined ? 'cluster' : 'namespace') : 'object';
    const group = {
      service,
      verb: line.verb,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      scope,
      userAgent: line.userAgent ?? '',
    } as const;
    const key = Object.values(group).join(' ');
    counts.set(key, { ...group, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}

export const total = (counts: readonly Counted[]): number => counts.reduce((sum, { count }) => sum + count, 0);

export const reads = (counts: readonly Counted[]): readonly Counted[] => counts.filter(({ verb }) => READS.includes(verb));

export const writes = (counts: readonly Counted[]): readonly Counted[] => counts.filter(({ verb }) => !READS.includes(verb));

/** Omits scrapes of the pods' metrics pages, and writes of Kubernetes Events. */
export const withoutScrapesAndEvents = (counts: readonly Counted[]): readonly Counted[] =>
  counts.filter(({ resource }) => resource !== 'pods/proxy' && resource !== 'events');
