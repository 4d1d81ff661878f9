import { eventQuery, followHeaders } from '../../events/event-query';
import { orderedEvent } from '../answers/event';
import type { Operation } from '../operation';

/** The route of the event log. */
export const eventOperations: Readonly<Record<string, Operation>> = {
  'GET /api/v1/events': {
    needs: 'read',
    tag: 'events',
    summary: 'The log, page by page, or with accept: text/event-stream the live feed after Last-Event-ID',
    query: eventQuery,
    headers: followHeaders,
    answer: [200, 'Events in their order, each with its cursor; the header Next-Cursor is the position of the next page.', orderedEvent],
    produces: ['application/x-ndjson', 'text/event-stream'],
  },
};
