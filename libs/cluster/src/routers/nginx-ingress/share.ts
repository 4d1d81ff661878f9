import type { ManagedRoute } from '@alloy/release';

/** What a canary Ingress gets of the requests to the Ingress with the same hosts and paths. */
export interface Share {
  /** Percent of the requests. */
  readonly weight: number;
  /** Sends requests that match to the canary, whatever its weight. */
  readonly routes: readonly ManagedRoute[];
  /** Whether the canary had traffic by it, and its last requests may be in flight. */
  readonly drains: boolean;
}

/** Annotations by their names; null: the Ingress must not have it. */
export type Annotations = Readonly<Record<string, string | null>>;

const DRAINS = 'route.alloy.dev/drains';
/** The total of the weights that a controller assumes. */
const TOTAL = 100;
/** Weights are integers: the total has as many digits more as the percentage has decimals, at most this many. */
const MOST_DECIMALS = 2;

/** Values of the annotations of a canary Ingress, by their names without the prefix. */
type Values = Readonly<Record<string, string | null>>;
const MATCHES: Values = {
  'canary-by-header': null, 'canary-by-header-value': null, 'canary-by-header-pattern': null, 'canary-by-cookie': null,
};

/** The annotations with which ingress-nginx gives the share to a canary Ingress. */
export function shareAnnotations({ weight, routes, drains }: Share, prefix: string): Annotations {
  const decimals = Math.min(MOST_DECIMALS, String(weight).split('.')[1]?.length ?? 0);
  const total = TOTAL * 10 ** decimals;
  const values: Values = {
    canary: 'true',
    'canary-weight': String(Math.round((weight * total) / 100)),
    'canary-weight-total': total === TOTAL ? null : String(total),
    ...MATCHES,
    ...routes.map(matchValues).reduce((all, one) => ({ ...all, ...one }), {}),
  };
  const prefixed = Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value] as const);
  return { ...Object.fromEntries(prefixed), [DRAINS]: drains ? 'true' : null };
}

/** A match is one header or one cookie; the policy is checked for this. */
function matchValues({ match }: ManagedRoute): Values {
  const header = match?.find((one) => one.header)?.header;
  const cookie = match?.find((one) => one.cookie)?.cookie;
  return {
    ...(header && { 'canary-by-header': header.name }),
    ...(header?.exact !== undefined && { 'canary-by-header-value': header.exact }),
    ...(header?.regex !== undefined && { 'canary-by-header-pattern': `^(?:${header.regex})$` }),
    ...(cookie && { 'canary-by-cookie': cookie.name }),
  };
}

type Found = { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };

const valueOf = ({ metadata }: Found, prefix: string, name: string): string | undefined => metadata.annotations?.[`${prefix}/${name}`];

/** Percent of the requests that the Ingress has by its weight, with two decimals. */
export function weightOn(ingress: Found, prefix: string): number {
  const number = (name: string, missing: number): number => Number(valueOf(ingress, prefix, name) ?? missing);
  const part = number('canary-weight', 0) / Math.max(TOTAL, number('canary-weight-total', TOTAL));
  return Number.isFinite(part) ? Math.round(10_000 * part) / 100 : 0;
}

/** Whether the Ingress gets requests that match, whatever its weight. */
export const hasMatch = (ingress: Found, prefix: string): boolean =>
  Object.keys(MATCHES).some((name) => valueOf(ingress, prefix, name) !== undefined);

export const hadTraffic = (ingress: Found, prefix: string): boolean =>
  ingress.metadata.annotations?.[DRAINS] !== undefined || weightOn(ingress, prefix) > 0 || hasMatch(ingress, prefix);

export const isCanary = (ingress: Found, prefix: string): boolean => valueOf(ingress, prefix, 'canary') === 'true';
