import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@alloy/contracts';

/** An event for tests; every field can be set. */
export function anEvent(fields: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'SomethingHappened',
    schema: 1,
    family: 'intent',
    project: 'shop',
    environment: 'production',
    actor: { kind: 'user', id: 'demo' },
    correlationId: 'r1',
    causationId: null,
    traceparent: null,
    data: {},
    ...fields,
  };
}
