import { eventFamilies } from '@alloy/contracts';
import { z } from 'zod';
import { actor, count, digest, place, time } from './parts';

/** An event as stored; `type` and `schema` determine the shape of `data`. */
export const event = z
  .object({
    id: z.string(),
    stream: z.string(),
    version: count,
    type: z.string(),
    schema: count,
    family: z.enum(eventFamilies),
    ...place,
    occurredAt: time,
    actor,
    correlationId: z.string(),
    causationId: z.string().nullable(),
    traceparent: z.string().nullable(),
    data: z.looseObject({}),
    hash: digest,
  })
  .meta({ id: 'Event' });

/** With its position in the total order of all events. */
export const orderedEvent = event.extend({ cursor: z.string() });
