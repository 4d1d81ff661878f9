import type { Actor, Service } from '@alloy/contracts';

/** A service as the actor of an event; the same for every replica, so that histories can be compared. */
export const nodeActor = (service: Service): Actor => ({ kind: 'service', id: service });
