import { clusterSettings } from '@alloy/cluster';
import { baseConfig } from '@alloy/service';
import { z } from 'zod';

/** The watcher's environment. */
export const watcherConfig = baseConfig('watcher').extend({
  ...clusterSettings,
  /**
   * Milliseconds between two readings of the metrics of a release during its analysis; at least 5 s with more than 50
   * such releases.
   */
  LOOK_EVERY_MS: z.coerce.number().int().min(50).max(60_000).default(1_000),
});
export type WatcherConfig = z.output<typeof watcherConfig>;
