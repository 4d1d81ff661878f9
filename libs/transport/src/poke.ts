import { POKE_SUBJECTS, pokeSubject } from '@alloy/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { parseWake, type Wake } from './wake';

/** Of an event, what a poke is made of. */
export interface Committed {
  readonly family: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
}

/** "This was committed": to the relay, and to one replica of each service that listens. */
export interface Poke {
  readonly wake: Wake;
  readonly version: number;
}

/** Tells of what was just committed. Never throws: the relay polls as well, and JetStream's wake follows. */
export function poke(connection: NatsConnection, events: readonly Committed[]): void {
  try {
    for (const { family, type, stream, version } of events) connection.publish(pokeSubject(family, type, stream), String(version));
  } catch {
    // Closed or reconnecting.
  }
}

/** Calls back at every poke until what it gives is called, or the connection is drained; with `group` only one of those who bear its name is called. */
export function onPoke(connection: NatsConnection, callback: (poke: Poke) => void, group?: string): () => void {
  const subscription = connection.subscribe(POKE_SUBJECTS, {
    ...(group === undefined ? {} : { queue: group }),
    callback: (error, message) => {
      const wake = error ? undefined : parseWake(message.subject.replace('alloy.poke.', 'alloy.event.'));
      if (wake) callback({ wake, version: Number(message.string()) });
    },
  });
  return () => subscription.unsubscribe();
}
