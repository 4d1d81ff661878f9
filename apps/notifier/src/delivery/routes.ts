import { createHash } from 'node:crypto';
import type { PolicyBook, ProjectSecrets } from '@alloy/ledger';
import type { NotifyRoute } from '@alloy/policy';
import type { Channels } from '../channels/channel';
import type { Notification } from '../notification';

/** Identifies a route. */
export interface RouteRef {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
}

/** A route's unique name in the installation. */
export const routeKey = ({ project, environment, name }: RouteRef): string => JSON.stringify([project, environment, name]);

/** The inverse of `routeKey`; undefined: not a route of a policy. */
export function refOfKey(key: string): RouteRef | undefined {
  const [project, environment, name] = key.startsWith('[') ? (JSON.parse(key) as [string, string, string]) : [];
  return project === undefined || environment === undefined || name === undefined ? undefined : { project, environment, name };
}

/** Key of a message: one per event and route. */
export const messageKey = (eventId: string, route: string): string => `${eventId}-${sha256(route).slice(0, 12)}`;

/** Whether the route's filter selects the notification and its channel supports it. */
export const wants = ({ kind, events }: NotifyRoute, { what }: Notification, channels: Channels): boolean =>
  (events?.includes(what) ?? true) && (channels[kind].supports?.includes(what) ?? true);

/** A route with a digest of its policy and secrets, which changes when either changes. */
export interface FoundRoute {
  readonly route: NotifyRoute;
  readonly settings: string;
}

/** Undefined: the project's policy does not contain the route. */
export async function findRoute(
  { project, environment, name }: RouteRef,
  policies: PolicyBook,
  secrets: ProjectSecrets,
): Promise<FoundRoute | undefined> {
  const route = (await policies.find(project, environment))?.policy.notify.find((one) => one.name === name);
  if (!route) return undefined;
  const used = Object.entries(route)
    .filter(([field]) => field.endsWith('Secret'))
    .map(([, secret]) => secret as string);
  const written = (await secrets.list(project)).filter((entry) => used.includes(entry.name)).map((entry) => [entry.name, entry.writtenAt]);
  return { route, settings: sha256(JSON.stringify([route, written])) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
