import { POKE_SUBJECT } from '@alloy/contracts';
import type { NatsConnection } from '@nats-io/transport-node';

/** Tells the relay that something was committed. Never throws: the relay polls as well. */
export function poke(connection: NatsConnection): void {
  try {
    connection.publish(POKE_SUBJECT);
  } catch {
    // Closed or reconnecting.
  }
}

/** Calls back at every poke until the connection is drained. */
export function onPoke(connection: NatsConnection, callback: () => void): void {
  connection.subscribe(POKE_SUBJECT, { callback: (error) => (error ? undefined : callback()) });
}
