import type { Ingress } from '../kinds';
import type { AskedRequest } from './match-rule';

const PREFIX = 'nginx.ingress.kubernetes.io/';

const annotation = ({ metadata }: Ingress, name: string): string | undefined => metadata.annotations?.[`${PREFIX}${name}`] || undefined;

/** Whether the Ingress gets a part of the requests of another one with the same host and path. */
export const isCanary = (ingress: Ingress): boolean => annotation(ingress, 'canary') === 'true';

/** Default of the total, and the least one. */
const TOTAL = 100;

/**
 * The part of such requests that the canary Ingress gets, by the precedence of ingress-nginx: the header, the cookie,
 * the weight.
 */
export function canaryShare(ingress: Ingress, { headers }: AskedRequest): { readonly weight: number; readonly total: number } {
  const chosen = byHeader(ingress, headers) ?? byCookie(ingress, headers['cookie']);
  if (chosen !== undefined) return { weight: chosen ? TOTAL : 0, total: TOTAL };
  const total = Math.max(TOTAL, numberOf(annotation(ingress, 'canary-weight-total')));
  return { weight: Math.min(total, numberOf(annotation(ingress, 'canary-weight'))), total };
}

const numberOf = (text = '0'): number => (/^\d+$/.test(text) ? Number(text) : 0);

/** Undefined: the header decides nothing. */
function byHeader(ingress: Ingress, headers: AskedRequest['headers']): boolean | undefined {
  const name = annotation(ingress, 'canary-by-header');
  const found = name === undefined ? undefined : headers[name.toLowerCase()];
  if (found === undefined) return undefined;
  const value = annotation(ingress, 'canary-by-header-value');
  if (value !== undefined) return found === value ? true : undefined;
  const pattern = annotation(ingress, 'canary-by-header-pattern');
  if (pattern !== undefined) return new RegExp(pattern).test(found) ? true : undefined;
  return alwaysOrNever(found);
}

function byCookie(ingress: Ingress, cookies = ''): boolean | undefined {
  const name = annotation(ingress, 'canary-by-cookie');
  const pair = cookies.split(/;\s*/).find((one) => one.startsWith(`${name}=`));
  return alwaysOrNever(pair?.slice(pair.indexOf('=') + 1));
}

const alwaysOrNever = (value: string | undefined): boolean | undefined =>
  value === 'always' ? true : value === 'never' ? false : undefined;
