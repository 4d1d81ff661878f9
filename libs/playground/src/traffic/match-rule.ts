import type { RouteMatch, RouteRule, ValueMatch } from '../kinds';

/** What the rules of a route distinguish requests by. */
export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A request of the playground's own users. */
export const plainRequest: AskedRequest = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {} };

/**
 * The rule that gets the request, by the precedence of the Gateway API: an exact path, the longest path, a method, the
 * most headers, the most parameters, the first rule. Undefined: none matches.
 */
export function ruleFor(rules: readonly RouteRule[], asked: AskedRequest): RouteRule | undefined {
  let best: { readonly rule: RouteRule; readonly rank: readonly number[] } | undefined;
  for (const rule of rules) {
    for (const match of rule.matches?.length ? rule.matches : [{}]) {
      if (!holds(match, asked)) continue;
      const rank = rankOf(match);
      if (!best || isMore(rank, best.rank)) best = { rule, rank };
    }
  }
  return best?.rule;
}

const holds = ({ path, method, headers = [], queryParams = [] }: RouteMatch, asked: AskedRequest): boolean =>
  isPath(path, asked.path) &&
  (method === undefined || method === asked.method) &&
  headers.every((one) => isValue(one, asked.headers[one.name.toLowerCase()])) &&
  queryParams.every((one) => isValue(one, asked.query.get(one.name) ?? undefined));

function isPath({ type = 'PathPrefix', value = '/' }: NonNullable<RouteMatch['path']> = {}, path: string): boolean {
  if (type === 'Exact') return path === value;
  if (type === 'RegularExpression') return new RegExp(`^(?:${value})$`).test(path);
  const prefix = value.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}

const isValue = ({ type = 'Exact', value }: ValueMatch, found: string | undefined): boolean =>
  found !== undefined && (type === 'Exact' ? found === value : new RegExp(`^(?:${value})$`).test(found));

const rankOf = ({ path = {}, method, headers = [], queryParams = [] }: RouteMatch): readonly number[] =>
  [path.type === 'Exact' ? 1 : 0, (path.value ?? '/').length, method === undefined ? 0 : 1, headers.length, queryParams.length];

function isMore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((count, index) => count !== other[index]);
  return at >= 0 && one[at]! > other[at]!;
}
