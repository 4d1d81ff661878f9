import { baseConfig } from '@alloy/service';
import { z } from 'zod';

/** The watcher's whole environment. */
export const watcherConfig = baseConfig('watcher').extend({
  /** Path; KUBECONFIG is never read, so that nobody watches production by accident. */
  ALLOY_KUBECONFIG: z.string().min(1),
  /** Milliseconds between two looks at a release under observation; a change in the cluster is looked at at once. */
  LOOK_EVERY_MS: z.coerce.number().int().min(50).max(60_000).default(1_000),
});
export type WatcherConfig = z.output<typeof watcherConfig>;
