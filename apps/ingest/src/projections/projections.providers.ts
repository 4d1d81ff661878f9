import { Rebuilder } from '@alloy/event-store';
import { asyncViews, type Ledger } from '@alloy/ledger';
import { releaseUpcasters } from '@alloy/release';
import { LOGGER, part } from '@alloy/service';
import type { Logger } from 'pino';
import { LEDGER } from '../tokens';

/** What rebuilds views; it is interrupted when the service ends. */
export const projections = [
  part({
    provide: Rebuilder,
    inject: [LEDGER, LOGGER],
    make: ({ pool }: Ledger, logger: Logger) => new Rebuilder({ pool, views: asyncViews, upcasters: releaseUpcasters, onError: (err, view) => logger.error({ err, view }, 'a view could not be rebuilt') }),
    quiesce: (rebuilder) => rebuilder.stop(),
  }),
];
