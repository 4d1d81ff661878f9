import { z } from 'zod';

/** Characters of the name of a header or a cookie (RFC 9110 and 6265). */
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
/** The methods that a route of the Gateway API can match. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;

/** What proxies with RE2 refuse, but JavaScript accepts: lookaround and references back. */
const NOT_IN_RE2 = /\(\?<?[=!]|\\[1-9]|\\k</;

/** Whether proxies can compile it: RE2 and JavaScript both accept it. */
export function isRegularExpression(text: string): boolean {
  if (NOT_IN_RE2.test(text)) return false;
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

const regex = z.string().min(1).max(1_024)
  .refine(isRegularExpression, 'This is not a regular expression that RE2 accepts.')
  .meta({ description: 'A regular expression of RE2 that matches the whole value.', examples: ['v[0-9]+'] })
  .optional();

const hasOneOf = ({ exact, regex: pattern }: { readonly exact?: unknown; readonly regex?: unknown }): boolean =>
  (exact === undefined) !== (pattern === undefined);
const ONE_VALUE = 'This has exactly one of these keys: exact, regex.';
const oneValue = { minProperties: 2, maxProperties: 2, examples: [{ name: 'x-beta', exact: 'yes' }] };

const token = z.string().max(256).regex(TOKEN, 'This is not a name of a header or a cookie.')
  .describe('Name of the header, the cookie or the parameter.');
const exact = z.string().min(1).max(4_096).optional().describe('The whole value.');
/** Without what separates cookies: no space, quote, comma, semicolon or backslash. */
const cookieValue = z.string().min(1).max(4_096).regex(/^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/, 'This is not a value of a cookie.')
  .optional().describe('The whole value.');

const header = z.strictObject({ name: token, exact, regex }).refine(hasOneOf, ONE_VALUE)
  .meta({ ...oneValue, description: 'A header of the request; its name without regard to case.' });
const cookie = z.strictObject({ name: token, exact: cookieValue, regex }).refine(hasOneOf, ONE_VALUE)
  .meta({ ...oneValue, description: 'A cookie of the request, by a regular expression on the header Cookie.' });
const queryParam = z.strictObject({ name: token, exact, regex }).refine(hasOneOf, ONE_VALUE)
  .meta({ ...oneValue, description: 'A parameter of the query. Not for a GRPCRoute.' });

/** Requests that a route of a canary concerns: those for which all conditions hold. */
export const routeMatchSchema = z
  .strictObject({
    header: header.optional(),
    cookie: cookie.optional(),
    queryParam: queryParam.optional(),
    method: z.enum(METHODS).optional().describe('The HTTP method. Not for a GRPCRoute.'),
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), 'A match has at least one of these keys: header, cookie, ' +
    'queryParam, method.')
  .refine(({ header: one, cookie: other }) => !(other && one?.name.toLowerCase() === 'cookie'), 'A match has one condition on the header ' +
    'Cookie.')
  .meta({
    minProperties: 1,
    description: 'Conditions that all hold.',
    examples: [{ header: { name: 'x-beta', exact: 'yes' } }, { method: 'POST' }],
  });
export type RouteMatch = z.infer<typeof routeMatchSchema>;

const name = z.string().max(63).regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'This is not a name: letters, digits and hyphens.');
const matches = z.array(routeMatchSchema).min(1, 'These are no matches: leave out `match` to remove the route.').max(16);

/** Requests of one kind to the canary. The name is that of Argo Rollouts. */
export const headerRouteSchema = z
  .strictObject({
    name: name.describe('Names the route, so that a later step can remove it.'),
    match: matches.optional().describe('Requests for which one of these holds go to the canary. Unset: removes the route of that name.'),
  })
  .describe('Sends the requests that match to the canary, whatever its weight. For a router with weights.');

/** Copies of requests to the canary. The name is that of Argo Rollouts. */
export const mirrorRouteSchema = z
  .strictObject({
    name: name.describe('Names the route, so that a later step can remove it.'),
    percentage: z.number().int().min(1).max(100).optional()
      .describe('Percent of the requests of which the canary gets a copy. Unset: removes the route of that name.'),
    match: matches.optional().describe('Only requests for which one of these holds are copied. Unset: all of the workload.'),
  })
  .refine(
    ({ percentage, match }) => percentage !== undefined || match === undefined,
    'A route with `match` has a `percentage`; without both, the step removes it.',
  )
  .describe('Sends copies of requests to the canary and ignores its responses. `match` needs `percentage`. For a router with weights.');
