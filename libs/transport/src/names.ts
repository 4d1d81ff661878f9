import { awaitable, type Awaits } from '@alloy/contracts';

/** The only JetStream stream; its content only triggers services and is never a source of truth. */
export const STREAM = 'ALLOY_EVENTS';
export const SUBJECTS = 'alloy.event.>';

/** Durable consumers; replicas of a service share one. */
export const durables = [...awaitable, 'notifier'] as const;
export type Durable = Awaits | 'notifier';
