import type { KubeObject } from '@alloy/contracts';

/** A Service and its weight; the Services listen on port 80. */
export type Weights = Readonly<Record<string, number>>;

export interface HttpRouteRule {
  readonly backends: Weights;
  /** Default: every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A Service that gets a copy of each request, or of this percentage. */
  readonly mirror?: { readonly service: string; readonly percent?: number };
}

export interface HttpRouteOptions {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly gateway: { readonly namespace: string; readonly name: string };
  readonly rules: readonly HttpRouteRule[];
}

const PORT = 80;

/** An HTTPRoute of the Gateway for one host name. */
export const httpRoute = ({ namespace, name, host, gateway, rules }: HttpRouteOptions): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { namespace, name },
  spec: { parentRefs: [gateway], hostnames: [host], rules: rules.map(ruleOf) },
});

const ruleOf = ({ backends, headers = {}, mirror }: HttpRouteRule): object => {
  const matching = Object.entries(headers).map(([header, value]) => ({ type: 'Exact', name: header, value }));
  return {
    ...(matching.length > 0 && { matches: [{ headers: matching }] }),
    ...(mirror && { filters: [{ type: 'RequestMirror', requestMirror: mirrorOf(mirror) }] }),
    backendRefs: Object.entries(backends).map(([service, weight]) => ({ name: service, port: PORT, weight })),
  };
};

const mirrorOf = ({ service, percent }: NonNullable<HttpRouteRule['mirror']>): object => ({
  backendRef: { name: service, port: PORT },
  ...(percent !== undefined && { percent }),
});
