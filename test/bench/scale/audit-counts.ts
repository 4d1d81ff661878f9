/** What is read of a line of the API server's audit log. */
export interface AuditLine {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
}

/** Requests that are alike. */
export interface Counted {
  readonly service: string;
  readonly verb: string;
  /** With its subresource: `pods/proxy`; the URL's first part if it is no object. */
  readonly resource: string;
  /** Of what the answer is: one object, a namespace's, or the whole cluster's. */
  readonly scope: 'object' | 'namespace' | 'cluster';
  readonly userAgent: string;
  readonly count: number;
}

const ACCOUNT = /^system:serviceaccount:[^:]+:alloy-(.+)$/;
const READS: readonly string[] = ['get', 'list', 'watch'];

/** A watch is one request, counted when it begins; every other request when it has been answered. */
const isCounted = ({ stage, verb }: AuditLine): boolean => stage === (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete');

/** Counts the requests of Alloy's services, most frequent first; requests of other users are ignored. */
export function countRequests(lines: readonly AuditLine[]): readonly Counted[] {
  const counts = new Map<string, Counted>();
  for (const line of lines) {
    const service = ACCOUNT.exec(line.user.username)?.[1];
    if (service === undefined || !isCounted(line)) continue;
    const { resource = '(no object)', subresource, namespace, name } = line.objectRef ?? {};
    const scope = name === undefined ? (namespace === undefined ? 'cluster' : 'namespace') : 'object';
    const alike = {
      service,
      verb: line.verb,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      scope,
      userAgent: line.userAgent ?? '',
    } as const;
    const key = Object.values(alike).join(' ');
    counts.set(key, { ...alike, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}

export const total = (counts: readonly Counted[]): number => counts.reduce((sum, { count }) => sum + count, 0);

export const reads = (counts: readonly Counted[]): readonly Counted[] => counts.filter(({ verb }) => READS.includes(verb));

export const writes = (counts: readonly Counted[]): readonly Counted[] => counts.filter(({ verb }) => !READS.includes(verb));

/** Without scrapes of the pods' metrics pages, and without what is written about a release into Events. */
export const withoutScrapesAndEvents = (counts: readonly Counted[]): readonly Counted[] =>
  counts.filter(({ resource }) => resource !== 'pods/proxy' && resource !== 'events');
