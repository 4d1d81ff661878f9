import type { Actor, Service } from '@alloy/contracts';

/** A service as the author of an event; the same for every replica, so that histories compare. */
export const nodeActor = (service: Service): Actor => ({ kind: 'service', id: service });
