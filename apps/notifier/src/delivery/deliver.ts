import { crashPoint } from '@alloy/contracts';
import type { Leases, Outbox, PolicyBook, ProjectSecrets, Waiting } from '@alloy/ledger';
import type { NotifyRoute } from '@alloy/policy';
import { asRuntimeError, backOffMs, Lease } from '@alloy/runtime';
import { followTrace, handling, traced } from '@alloy/service';
import type { Logger } from 'pino';
import type { Channel, Channels, Message } from '../channels/channel';
import { logNotification } from '../channels/log-channel';
import { headlineOf } from '../facts';
import { SendFailure } from '../http/send-failure';
import type { Notification } from '../notification';
import { LOG_ROUTE } from './fan-out';
import { findRoute, messageKey, refOfKey, wants, type FoundRoute, type RouteRef } from './routes';

export interface DeliveryParts {
  readonly outbox: Outbox;
  readonly policies: PolicyBook;
  readonly secrets: ProjectSecrets;
  readonly leases: Leases;
  readonly channels: Channels;
  readonly logger: Logger;
  /** Unique per process start. */
  readonly holder: string;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** 0..1, for the jitter. */
  readonly random: () => number;
  readonly onSent?: (kind: string, what: string) => void;
  readonly onFailure?: (kind: string, verdict: SendFailure['verdict']) => void;
}

const BACK_OFF = { firstMs: 1_000, mostMs: 3_600_000, jitter: 0.5 };
/** Longer than a channel's timeout for a message. */
const LEASE_MS = 15_000;
/** Interval at which the settings of a disabled route are compared again. */
const RECHECK_MS = 5_000;
/**
 * After this many consecutive failures a route is suspended: an alert is logged, and retries happen at increasing
 * intervals.
 */
export const SUSPEND_AFTER = 6;

/** Sends the due messages of one route in order, until none is due or `stopping`. */
export async function deliver(key: string, parts: DeliveryParts, stopping: () => boolean): Promise<void> {
  const { leases: store, holder, now } = parts;
  const lease = new Lease({ store, name: `notifier:${key}`, holder, ttlMs: LEASE_MS, now });
  if (!stopping()) await lease.whileHeld(async () => (await sendFirst(key, parts)) && !stopping());
}

/** Whether the next message may be sent immediately. */
async function sendFirst(key: string, parts: DeliveryParts): Promise<boolean> {
  crashPoint('notifier.after-lease');
  const waiting = await parts.outbox.first(key);
  if (!waiting) return false;
  const { releaseId, traceparent } = waiting.message as Notification;
  return handling('notify', { release: releaseId }, () => {
    followTrace(traceparent);
    return sendWaiting(key, waiting, parts);
  });
}

async function sendWaiting(key: string, waiting: Waiting, parts: DeliveryParts): Promise<boolean> {
  const { outbox, policies, secrets } = parts;
  if (key === LOG_ROUTE) return sendToLog(waiting, parts);
  const ref = refOfKey(key);
  const found = ref && (await findRoute(ref, policies, secrets));
  if (!ref || !found) {
    await outbox.forget(key);
    return false;
  }
  if (!wants(found.route, waiting.message as Notification, parts.channels)) {
    await outbox.settle(waiting, 'the route no longer selects this type');
    return true;
  }
  const trouble = await outbox.trouble(key);
  if (trouble?.state === 'disabled' && trouble.settings === found.settings) {
    await outbox.postpone(waiting, RECHECK_MS, false);
    return false;
  }
  return send(waiting, ref, found, parts);
}

async function sendToLog(waiting: Waiting, { outbox, logger, onSent }: DeliveryParts): Promise<boolean> {
  const notification = waiting.message as Notification;
  await traced('send log', 'producer', { 'alloy.what': notification.what }, async () =>
    logNotification(logger, notification, messageKey(waiting.eventId, LOG_ROUTE)),
  );
  await outbox.settle(waiting);
  onSent?.(LOG_ROUTE, notification.what);
  return true;
}

async function send(waiting: Waiting, ref: RouteRef, found: FoundRoute, parts: DeliveryParts): Promise<boolean> {
  const { outbox, channels, onSent } = parts;
  const { route } = found;
  const channel = channels[route.kind] as Channel;
  try {
    const { what } = waiting.message as Notification;
    crashPoint('notifier.before-send');
    await traced(`send ${route.kind}`, 'producer', { 'alloy.what': what }, () => channel.send(messageOf(waiting, ref, route, parts)));
  } catch (error) {
    return failed(waiting, ref, found, error, parts);
  }
  crashPoint('notifier.after-send');
  await outbox.settle(waiting);
  crashPoint('notifier.after-record');
  if (await outbox.setTrouble(waiting.route, undefined))
    parts.logger.info({ ...ref, kind: route.kind }, 'a notification route works again');
  onSent?.(route.kind, (waiting.message as Notification).what);
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

/** Applies a failure to the message and its route. */
async function failed(
  waiting: Waiting,
  ref: RouteRef,
  { route, settings }: FoundRoute,
  error: unknown,
  parts: DeliveryParts,
): Promise<boolean> {
  const { outbox, logger, random, onFailure } = parts;
  const failure = error instanceof SendFailure ? error : new SendFailure('retry', asRuntimeError(error).code);
  const about = { ...ref, kind: route.kind, eventId: waiting.eventId, why: failure.message };
  onFailure?.(route.kind, failure.verdict);
  switch (failure.verdict) {
    case 'giveUp':
      await outbox.settle(waiting, failure.message);
      logger.error(about, 'the receiver refused a notification; it is dropped');
      return true;
    case 'disable':
      if (await outbox.setTrouble(waiting.route, { state: 'disabled', settings, why: failure.message }))
        logger.error({ ...about, alert: 'route_disabled' }, 'a notification route is disabled until its settings change');
      return false;
    case 'retry': {
      const attempts = waiting.attempts + 1;
      await outbox.postpone(waiting, failure.retryAfterMs ?? backOffMs(BACK_OFF, attempts, random()));
      if (attempts < SUSPEND_AFTER) logger.warn({ ...about, attempts }, 'could not send a notification; retrying');
      else if (await outbox.setTrouble(waiting.route, { state: 'failing', settings, why: failure.message }))
        logger.error({ ...about, attempts, alert: 'route_failing' }, 'a notification route is suspended; retrying at increasing intervals');
      return false;
    }
  }
}
