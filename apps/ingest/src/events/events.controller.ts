import type { ServerResponse } from 'node:http';
import type { EventStore } from '@alloy/event-store';
import type { TokenHolder } from '@alloy/ledger';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { Bearers } from '../auth/bearers';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { EVENT_STORE } from '../tokens';
import { cursorOf } from './event-cursor';
import { filterFor } from './event-filter';
import { parseEventQuery, parseLastEventId } from './event-query';
import { shownEvent } from './frame';
import { LiveFeed, type FollowRequest } from './live-feed';
import { readEventsPage, type PageRequest } from './read-events-page';

interface Request {
  readonly method: string;
  readonly headers: { readonly accept?: string; readonly authorization?: string; readonly 'last-event-id'?: string };
}
interface Reply {
  readonly raw: ServerResponse;
  hijack(): void;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body: string): unknown;
}

// No request follows a stream on its connection: keeping it alive would only delay a stop.
const STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'close',
};

/** The log itself, in the total order: page by page, or live. */
@Controller('api/v1/events')
export class EventsController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Bearers) private readonly bearers: Bearers,
    @Inject(LiveFeed) private readonly feed: LiveFeed,
  ) {}

  /**
   * A page as NDJSON, or with `accept: text/event-stream` the live feed, which continues after `Last-Event-ID` or
   * `after`, else starts with new events.
   */
  @Get()
  @Needs('read')
  async events(@Query() query: unknown, @Caller() caller: TokenHolder, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { after, limit, raw, ...wanted } = parseEventQuery(query);
    if (wanted.project !== undefined) requireProject(caller, wanted.project, '/project');
    const filter = filterFor(wanted, caller);
    if (request.method === 'GET' && request.headers.accept?.includes('text/event-stream')) {
      const last = parseLastEventId(request.headers['last-event-id'] || undefined) ?? after;
      return this.stream(reply, { sink: reply.raw, filter, after: last, stillAllowed: () => this.isKnown(request) });
    }
    return this.page(reply, { filter, after: after ?? 0, limit, raw }, query);
  }

  private async page(reply: Reply, request: PageRequest, query: unknown): Promise<void> {
    const { events, next, more } = await readEventsPage(this.store, request);
    const cursor = cursorOf(next);
    const link = new URLSearchParams({ ...(query as Record<string, string>), after: cursor });
    reply.headers({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'next-cursor': cursor,
      ...(more && { link: `</api/v1/events?${link}>; rel="next"` }),
    });
    reply.send(events.map((event) => `${JSON.stringify(shownEvent(event))}\n`).join(''));
  }

  private async stream(reply: Reply, request: FollowRequest): Promise<void> {
    const follower = await this.feed.follow(request);
    reply.hijack();
    reply.raw.writeHead(200, STREAM);
    // A client that cannot be served reconnects, and continues at its position.
    follower.run().catch(() => reply.raw.destroy());
  }

  /** False if the token was revoked or has expired meanwhile. */
  private async isKnown({ headers }: Request): Promise<boolean> {
    return (await this.bearers.identify(headers.authorization, false)) !== undefined;
  }
}
