import { eventFamilies } from '@alloy/contracts';
import { z } from 'zod';
import { actor, count, digest, place, time } from './parts';

/** An event as it is stored; `data` is as its `type` and `schema` have it. */
export const event = z.object({
  id: z.string(), stream: z.string(), version: count, type: z.string(), schema: count, family: z.enum(eventFamilies), ...place, occurredAt: time, actor,
  correlationId: z.string(), causationId: z.string().nullable(), traceparent: z.string().nullable(), data: z.looseObject({}), hash: digest,
}).meta({ id: 'Event' });

/** With its place in the one order of all events. */
export const orderedEvent = event.extend({ cursor: z.string() });
