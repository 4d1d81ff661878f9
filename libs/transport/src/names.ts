import { awaitable, type Awaits } from '@alloy/contracts';

/** The one stream on JetStream; what is in it is never the truth: it only wakes. */
export const STREAM = 'ALLOY_EVENTS';
export const SUBJECTS = 'alloy.event.>';

/** Durable consumers; replicas of a service share one. */
export const durables = [...awaitable, 'notifier'] as const;
export type Durable = Awaits | 'notifier';
