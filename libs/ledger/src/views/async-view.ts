import type { OrderedEvent } from '@alloy/contracts';
import type { ReleaseEvent } from '@alloy/release';

/** A release's event with its position in the total order, as passed to the views that follow the log. */
export type OrderedReleaseEvent = OrderedEvent & ReleaseEvent;

/** The log has other streams, too; these views fold only releases. */
export const isReleaseEvent = (event: OrderedEvent): event is OrderedReleaseEvent => event.stream.startsWith('release-');
