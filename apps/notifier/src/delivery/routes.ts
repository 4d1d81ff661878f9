import { createHash } from 'node:crypto';
import type { PolicyBook, ProjectSecrets } from '@alloy/ledger';
import type { NotifyRoute } from '@alloy/policy';
import type { Channels } from '../channels/channel';
import type { Notification } from '../notification';

/** Where a route belongs. */
export interface RouteRef {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
}

/** The route's name in the whole installation. */
export const routeKey = ({ project, environment, name }: RouteRef): string => JSON.stringify([project, environment, name]);

/** Undefined: no route of a policy. */
export function refOfKey(key: string): RouteRef | undefined {
  const [project, environment, name] = key.startsWith('[') ? (JSON.parse(key) as [string, string, string]) : [];
  return project === undefined || environment === undefined || name === undefined ? undefined : { project, environment, name };
}

/** Key of a message: one for each event and route. */
export const messageKey = (eventId: string, route: string): string => `${eventId}-${sha256(route).slice(0, 12)}`;

/** Whether the route's filter lets it through and its kind can say it. */
export const wants = ({ kind, events }: NotifyRoute, { what }: Notification, channels: Channels): boolean =>
  (events?.includes(what) ?? true) && (channels[kind].says?.includes(what) ?? true);

/** A route with the digest of all that it depends on: whoever changes its policy or writes one of its secrets makes it another. */
export interface FoundRoute {
  readonly route: NotifyRoute;
  readonly settings: string;
}

/** Undefined: the project's policy has no such route any more. */
export async function findRoute({ project, environment, name }: RouteRef, policies: PolicyBook, secrets: ProjectSecrets): Promise<FoundRoute | undefined> {
  const route = (await policies.find(project, environment))?.policy.notify.find((one) => one.name === name);
  if (!route) return undefined;
  const used = Object.entries(route).filter(([field]) => field.endsWith('Secret')).map(([, secret]) => secret as string);
  const written = (await secrets.list(project)).filter((entry) => used.includes(entry.name)).map((entry) => [entry.name, entry.writtenAt]);
  return { route, settings: sha256(JSON.stringify([route, written])) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
