import type { Ledger } from '@alloy/ledger';
import { LOGGER, part, rarely } from '@alloy/service';
import type { Logger } from 'pino';
import { Gauge, Registry } from 'prom-client';
import { LEDGER } from '../tokens';
import { EventsController } from './events.controller';
import { LiveFeed } from './live-feed';

/** The log, page by page and live. */
export const eventControllers = [EventsController];

export const eventProviders = [
  part({
    provide: LiveFeed,
    inject: [LEDGER, LOGGER, Registry],
    make: ({ store }: Ledger, logger: Logger, registry: Registry) => {
      const feed = new LiveFeed(store, rarely((err, times) => logger.error({ err, times }, 'the live feed could not read the log; trying again')));
      new Gauge({ name: 'alloy_event_followers', help: 'Clients that follow the live feed', registers: [registry], collect() { this.set(feed.size); } });
      return feed;
    },
    quiesce: (feed) => feed.stop(),
  }),
];
