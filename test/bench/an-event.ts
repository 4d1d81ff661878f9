import { newEventId } from '@alloy/event-store';
import type { NewEvent } from '@alloy/contracts';

/** An event with a payload of the usual size; no service acts on it. */
export const anEvent = (fields: Partial<NewEvent> = {}): NewEvent => ({
  id: newEventId(),
  type: 'ManifestsApplied',
  schema: 1,
  family: 'outcome',
  project: 'bench',
  environment: 'production',
  actor: { kind: 'service', id: 'executor' },
  correlationId: 'bench',
  causationId: null,
  traceparent: null,
  data: {
    step: 0,
    attempt: 1,
    decision: 3,
    objects: ['Deployment/web', 'Service/web', 'Secret/web-6f1c2d'],
    note: 'as long as the payload of most events of a release',
  },
  ...fields,
});
