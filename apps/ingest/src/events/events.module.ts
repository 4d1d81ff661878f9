import type { EventStore } from '@alloy/event-store';
import { LOGGER, managedProvider, rarely } from '@alloy/service';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Gauge, Registry } from 'prom-client';
import { AccessModule } from '../access/access.module';
import { StorageModule } from '../storage/storage.module';
import { EVENT_STORE } from '../tokens';
import { EventsController } from './events.controller';
import { LiveFeed } from './live-feed';

const makeFeed = (store: EventStore, logger: Logger, registry: Registry): LiveFeed => {
  const onError = rarely((err, times) => logger.error({ err, times }, 'the live feed cannot read the log; trying again'));
  const feed = new LiveFeed(store, onError);
  const followers = { name: 'alloy_event_followers', help: 'Clients that follow the live feed', registers: [registry] };
  new Gauge({ ...followers, collect() { this.set(feed.size); } });
  return feed;
};

/** The log, page by page and live. */
@Module({
  imports: [StorageModule, AccessModule],
  controllers: [EventsController],
  providers: [
    managedProvider({ provide: LiveFeed, inject: [EVENT_STORE, LOGGER, Registry], make: makeFeed, quiesce: (feed) => feed.stop() }),
  ],
})
export class EventsModule {}
