import { Loop } from '@alloy/runtime';
import type { Logger } from 'pino';

export interface ResyncLoopOptions {
  readonly name: string;
  /** Seconds from the end of one run to the start of the next. */
  readonly seconds: number;
  readonly logger: Pick<Logger, 'error' | 'info'>;
}

/**
 * A loop that runs a function immediately and then every few seconds; a trigger runs it now, also after a failure.
 * Of consecutive failures it logs the 1st, 2nd, 4th, 8th, …, and the end of them.
 */
export class ResyncLoop extends Loop {
  constructor(run: () => Promise<unknown>, { name, seconds, logger }: ResyncLoopOptions) {
    const intervalMs = seconds * 1_000;
    super({
      step: async () => void (await run()),
      intervalMs,
      afterError: () => ({ afterMs: intervalMs, notBeforeMs: 0 }),
      onError: (err, failures) => {
        if (Number.isInteger(Math.log2(failures))) logger.error({ err, resync: name, failures }, 'resync failed');
      },
      onRecovered: (failures) => logger.info({ resync: name, failures }, 'resync works again'),
    });
  }
}
