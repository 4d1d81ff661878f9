import { COOKIE_PREFIX, type HeaderRoute, type ManagedRoute, type SetCookie } from '@alloy/release';
import type { Backends } from '../weighted-route/route-format';
import { isService, type BackendRef, type Filter, type HeaderValue, type Route, type Rule } from './route';

const HEADER = 'Set-Cookie';

const isSetCookie = ({ name }: HeaderValue): boolean => name.toLowerCase() === HEADER.toLowerCase();

/** Whether Alloy has added the header: no other client uses such a value. */
const isOwn = (header: HeaderValue): boolean => isSetCookie(header) && header.value.split('=')[1]?.startsWith(COOKIE_PREFIX) === true;

const addedBy = ({ responseHeaderModifier }: Filter): readonly HeaderValue[] => responseHeaderModifier?.add ?? [];

const hasCookie = ({ filters = [] }: BackendRef): boolean => filters.some((filter) => addedBy(filter).some(isOwn));

/** Whether responses of a backend of the rule set a cookie of Alloy. */
export const setsCookies = ({ backendRefs = [] }: Rule): boolean => backendRefs.some(hasCookie);

/** The rule with the backends as the user has them. */
export const withoutCookies = (rule: Rule): Rule =>
  setsCookies(rule) ? { ...rule, backendRefs: rule.backendRefs!.map((ref) => (hasCookie(ref) ? withoutCookie(ref) : ref)) } : rule;

function withoutCookie({ filters = [], ...ref }: BackendRef): BackendRef {
  const left = filters.flatMap((filter) => {
    if (!addedBy(filter).some(isOwn)) return [filter];
    const { add, ...others } = filter.responseHeaderModifier!;
    const rest = add!.filter((header) => !isOwn(header));
    const modifier = { ...others, ...(rest.length > 0 && { add: rest }) };
    return Object.keys(modifier).length > 0 ? [{ ...filter, responseHeaderModifier: modifier }] : [];
  });
  return left.length > 0 ? { ...ref, filters: left } : ref;
}

/** The rule, the responses of whose backends set the cookies of these routes. */
export function settingCookies(rule: Rule, route: Route, backends: Backends, routes: readonly ManagedRoute[]): Rule {
  const setting = routes.filter((one): one is HeaderRoute => one.kind === 'header' && one.sets !== undefined);
  // A rule without the canary divides nothing.
  const isDivided = rule.backendRefs?.some((ref) => isService(ref, backends.canaryService, route));
  if (setting.length === 0 || !isDivided) return rule;
  const cookieOf = (ref: BackendRef) =>
    setting.find(({ to }) => isService(ref, to === 'stable' ? backends.service : backends.canaryService, route))?.sets;
  const backendRefs = rule.backendRefs!.map((ref) => {
    const cookie = cookieOf(ref);
    return cookie ? withCookie(ref, cookie) : ref;
  });
  return { ...rule, backendRefs };
}

/** In the filter that the backend has for headers of responses: it has at most one. */
function withCookie(ref: BackendRef, { name, value, maxAge }: SetCookie): BackendRef {
  const added = { name: HEADER, value: `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly` };
  const { filters = [] } = ref;
  const found = filters.find(isModifier);
  if (!found) return { ...ref, filters: [...filters, { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [added] } }] };
  const modifier = { ...found.responseHeaderModifier, add: [...addedBy(found), added] };
  return { ...ref, filters: filters.map((filter) => (filter === found ? { ...found, responseHeaderModifier: modifier } : filter)) };
}

const isModifier = ({ type }: Filter): boolean => type === 'ResponseHeaderModifier';

/** Whether the user's own filter of the backend adds the same header, of which a filter has one. */
export const addsCookie = ({ filters = [] }: BackendRef): boolean =>
  filters.some((filter) => addedBy(filter).some((header) => isSetCookie(header) && !isOwn(header)));
