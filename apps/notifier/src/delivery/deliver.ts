import type { Leases, Outbox, PolicyBook, ProjectSecrets, Waiting } from '@alloy/ledger';
import type { NotifyRoute } from '@alloy/policy';
import { followTrace, handling, traced } from '@alloy/service';
import type { Logger } from 'pino';
import type { Channel, Channels, Message } from '../channels/channel';
import { tellLog } from '../channels/log-channel';
import { headlineOf } from '../facts';
import { SendFailure } from '../http/send-failure';
import type { Notification } from '../notification';
import { backoff } from './backoff';
import { LOG_ROUTE } from './fan-out';
import { findRoute, messageKey, refOfKey, wants, type FoundRoute, type RouteRef } from './routes';

export interface DeliveryParts {
  readonly outbox: Outbox;
  readonly policies: PolicyBook;
  readonly secrets: ProjectSecrets;
  readonly leases: Leases;
  readonly channels: Channels;
  readonly logger: Logger;
  /** Unique to this process' life. */
  readonly holder: string;
  /** 0..1, for the jitter. */
  readonly random: () => number;
  readonly onTold?: (kind: string, what: string) => void;
  readonly onFailure?: (kind: string, verdict: SendFailure['verdict']) => void;
}

/** Longer than a channel takes for a message. */
const LEASE_MS = 15_000;
/** How soon a disabled route's settings are compared again. */
const LOOK_AGAIN_MS = 5_000;
/** From so many failures in a row on a route is set aside: somebody is alerted, and it is tried at longer and longer intervals. */
export const SET_ASIDE_AFTER = 6;

/** Tells what waits on one route, in order, until nothing is due or `stopping`. */
export async function deliver(key: string, parts: DeliveryParts, stopping: () => boolean): Promise<void> {
  const lease = `notifier:${key}`;
  try {
    while (!stopping() && (await parts.leases.acquire(lease, parts.holder, LEASE_MS)) !== undefined) if (!(await tellFirst(key, parts))) return;
  } finally {
    await parts.leases.release(lease, parts.holder);
  }
}

/** True if the next one may be told at once. */
async function tellFirst(key: string, parts: DeliveryParts): Promise<boolean> {
  const waiting = await parts.outbox.first(key);
  if (!waiting) return false;
  const { releaseId, traceparent } = waiting.message as Notification;
  return handling('notify', { release: releaseId }, () => {
    followTrace(traceparent);
    return tellWaiting(key, waiting, parts);
  });
}

async function tellWaiting(key: string, waiting: Waiting, parts: DeliveryParts): Promise<boolean> {
  const { outbox, policies, secrets } = parts;
  if (key === LOG_ROUTE) return tellItsLog(waiting, parts);
  const ref = refOfKey(key);
  const found = ref && (await findRoute(ref, policies, secrets));
  if (!ref || !found) {
    await outbox.forget(key);
    return false;
  }
  if (!wants(found.route, waiting.message as Notification, parts.channels)) {
    await outbox.settle(waiting, 'the route wants it no more');
    return true;
  }
  const trouble = await outbox.trouble(key);
  if (trouble?.state === 'disabled' && trouble.settings === found.settings) {
    await outbox.postpone(waiting, LOOK_AGAIN_MS, false);
    return false;
  }
  return tell(waiting, ref, found, parts);
}

async function tellItsLog(waiting: Waiting, { outbox, logger, onTold }: DeliveryParts): Promise<boolean> {
  const notification = waiting.message as Notification;
  await traced('send log', 'producer', { 'alloy.what': notification.what }, async () => tellLog(logger, notification, messageKey(waiting.eventId, LOG_ROUTE)));
  await outbox.settle(waiting);
  onTold?.(LOG_ROUTE, notification.what);
  return true;
}

async function tell(waiting: Waiting, ref: RouteRef, found: FoundRoute, parts: DeliveryParts): Promise<boolean> {
  const { outbox, channels, onTold } = parts;
  const { route } = found;
  const channel = channels[route.kind] as Channel;
  try {
    const { what } = waiting.message as Notification;
    await traced(`send ${route.kind}`, 'producer', { 'alloy.what': what }, () => channel.send(messageOf(waiting, ref, route, parts)));
  } catch (error) {
    return failed(waiting, ref, found, error, parts);
  }
  await outbox.settle(waiting);
  if (await outbox.setTrouble(waiting.route, undefined)) parts.logger.info({ ...ref, kind: route.kind }, 'a notification route works again');
  onTold?.(route.kind, (waiting.message as Notification).what);
  return true;
}

function messageOf(waiting: Waiting, { project }: RouteRef, route: NotifyRoute, { outbox, secrets }: DeliveryParts): Message {
  const notification = waiting.message as Notification;
  return {
    notification, route, key: messageKey(waiting.eventId, waiting.route), headline: headlineOf(notification, route.template),
    async secret(name) {
      const value = await secrets.open(project, name);
      if (value === undefined) throw new SendFailure('disable', `there is no secret ${name}`);
      return value;
    },
    thread: {
      find: () => outbox.thread(waiting.route, notification.releaseId),
      keep: (thread) => outbox.keepThread(waiting.route, notification.releaseId, thread),
    },
  };
}

/** What a failure means for the message and for its route. */
async function failed(waiting: Waiting, ref: RouteRef, { route, settings }: FoundRoute, error: unknown, parts: DeliveryParts): Promise<boolean> {
  const { outbox, logger, random, onFailure } = parts;
  const failure = error instanceof SendFailure ? error : new SendFailure('retry', (error as { code?: unknown }).code === undefined ? 'unknown' : String((error as { code?: unknown }).code));
  const about = { ...ref, kind: route.kind, eventId: waiting.eventId, why: failure.message };
  onFailure?.(route.kind, failure.verdict);
  switch (failure.verdict) {
    case 'giveUp':
      await outbox.settle(waiting, failure.message);
      logger.error(about, 'a notification was refused and is given up');
      return true;
    case 'disable':
      if (await outbox.setTrouble(waiting.route, { state: 'disabled', settings, why: failure.message })) logger.error({ ...about, alert: 'route_disabled' }, 'a notification route is off until its settings change');
      return false;
    case 'retry': {
      const attempts = waiting.attempts + 1;
      await outbox.postpone(waiting, failure.retryAfterMs ?? backoff(attempts, random()));
      if (attempts < SET_ASIDE_AFTER) logger.warn({ ...about, attempts }, 'a notification did not arrive; trying again');
      else if (await outbox.setTrouble(waiting.route, { state: 'failing', settings, why: failure.message })) logger.error({ ...about, attempts, alert: 'route_failing' }, 'a notification route is set aside; tried again now and then');
      return false;
    }
  }
}
