import { COMMIT_SUBJECTS, commitSubject } from '@alloy/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { isVersion, type ForgedMessage } from './forged-message';
import { parseTrigger, type Trigger } from './trigger';

/** The parts of an event that its commit notification contains. */
export interface Committed {
  readonly family: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
}

/** An event was committed; sent to the relay and to one replica of each subscribed service. */
export interface CommitNotification {
  readonly trigger: Trigger;
  readonly version: number;
}

/**
 * Publishes commit notifications for appended events. Never throws: the relay also polls, and JetStream's trigger
 * follows.
 */
export function notifyCommit(connection: NatsConnection, events: readonly Committed[]): void {
  try {
    for (const { family, type, stream, version } of events) connection.publish(commitSubject(family, type, stream), String(version));
  } catch {
    // The connection is closed or reconnecting.
  }
}

export interface CommitSubscription {
  /** Queue group: only one subscriber of a group is called. */
  readonly group?: string | undefined;
  /** Called with messages that no Alloy service sends. */
  readonly onForged?: ((message: ForgedMessage) => void) | undefined;
}

/** Calls `callback` for each commit notification until the returned function is called or the connection is drained. */
export function onCommit(
  connection: NatsConnection,
  callback: (notification: CommitNotification) => void,
  { group, onForged }: CommitSubscription = {},
): () => void {
  const subscription = connection.subscribe(COMMIT_SUBJECTS, {
    ...(group === undefined ? {} : { queue: group }),
    callback: (error, message) => {
      if (error) return;
      const trigger = parseTrigger(message.subject.replace('alloy.poke.', 'alloy.event.'));
      const text = message.string();
      const version = /^\d+$/.test(text) ? Number(text) : undefined;
      if (trigger && isVersion(version)) callback({ trigger, version });
      else onForged?.({ reason: trigger ? 'bad_payload' : 'bad_subject', subject: message.subject });
    },
  });
  return () => subscription.unsubscribe();
}
