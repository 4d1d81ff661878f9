import type { OrderedEvent } from '@alloy/contracts';
import type { ReleaseEvent } from '@alloy/release';

/** A release's event with its place in the total order, as the views that follow the log get it. */
export type OrderedReleaseEvent = OrderedEvent & ReleaseEvent;

/** The log holds other streams too; these views fold releases only. */
export const isReleaseEvent = (event: OrderedEvent): event is OrderedReleaseEvent => event.stream.startsWith('release-');
