import { PLAN_SUBJECT } from '@alloy/contracts';
import type { NatsConnection } from '@nats-io/transport-node';

/** Reports to the executors that a plan is requested. Never throws: they also query Postgres once a second. */
export function notifyPlan(connection: NatsConnection): void {
  try {
    connection.publish(PLAN_SUBJECT);
  } catch {
    // The connection is closed or reconnecting.
  }
}

/** Calls `callback` for each requested plan until the returned function is called or the connection is drained. */
export function onPlanRequest(connection: NatsConnection, callback: () => void): () => void {
  const subscription = connection.subscribe(PLAN_SUBJECT, {
    callback: (error) => {
      if (!error) callback();
    },
  });
  return () => subscription.unsubscribe();
}
