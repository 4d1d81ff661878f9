import { POKE_SUBJECTS, pokeSubject } from '@alloy/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { isVersion, type ForgedMessage } from './forged-message';
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

export interface PokeOptions {
  /** Of those who bear the same name only one is called. */
  readonly group?: string | undefined;
  /** Told of what no service of Alloy sends. */
  readonly onForged?: ((message: ForgedMessage) => void) | undefined;
}

/** Calls back at every poke until what it gives is called, or the connection is drained. */
export function onPoke(connection: NatsConnection, callback: (poke: Poke) => void, { group, onForged }: PokeOptions = {}): () => void {
  const subscription = connection.subscribe(POKE_SUBJECTS, {
    ...(group === undefined ? {} : { queue: group }),
    callback: (error, message) => {
      if (error) return;
      const wake = parseWake(message.subject.replace('alloy.poke.', 'alloy.event.'));
      const text = message.string();
      const version = /^\d+$/.test(text) ? Number(text) : undefined;
      if (wake && isVersion(version)) callback({ wake, version });
      else onForged?.({ reason: wake ? 'bad_payload' : 'bad_subject', subject: message.subject });
    },
  });
  return () => subscription.unsubscribe();
}
