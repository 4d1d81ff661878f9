import type { KubeObject } from '@alloy/contracts';

/** A part of the requests of a route: weights are relative. */
export interface Destination {
  readonly destination: {
    /** `web`, `web.shop`, `web.shop.svc` or with the domain of the cluster; the namespace defaults to the route's. */
    readonly host: string;
    readonly subset?: string;
    readonly port?: { readonly number?: number };
  };
  /** Default: all requests if it is the only one, otherwise none. */
  readonly weight?: number;
}

/** A rule of a VirtualService; one that redirects, answers itself or delegates has no destinations. */
export interface IstioRule {
  readonly name?: string;
  readonly route?: readonly Destination[];
}

/** The lists of rules, in the order in which the rules are counted. */
export const PROTOCOLS = ['http', 'tls', 'tcp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The fields of a VirtualService that Alloy reads. */
export interface VirtualService extends KubeObject {
  readonly spec?: Readonly<Partial<Record<Protocol, readonly IstioRule[]>>>;
}

/** All rules of the route, with their lists. */
export const rulesIn = ({ spec }: VirtualService): ReadonlyArray<{ readonly protocol: Protocol; readonly rule: IstioRule }> =>
  PROTOCOLS.flatMap((protocol) => (spec?.[protocol] ?? []).map((rule) => ({ protocol, rule })));

/**
 * Name of the Service of the route's namespace that the host is. A host of a ServiceEntry or of another namespace is
 * none: undefined.
 */
export function serviceIn(host: string, { metadata }: VirtualService): string | undefined {
  const [name, namespace, svc] = host.split('.');
  const isOwn = namespace === undefined || (namespace === metadata.namespace && (svc === undefined || svc === 'svc'));
  return isOwn && name !== undefined && name !== '' ? name : undefined;
}

/** The host of another Service in the same form. */
export const renamedHost = (host: string, service: string): string => [service, ...host.split('.').slice(1)].join('.');
