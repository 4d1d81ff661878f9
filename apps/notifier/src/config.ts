import { baseConfig } from '@alloy/service';
import { z } from 'zod';
import { channelNames } from './channels/registry';

export const notifierConfig = baseConfig('notifier').extend({
  /** Names of channels, separated by commas; each is a route of its own. */
  NOTIFY_CHANNELS: z.string().default('log').transform((list) => list.split(',').map((name) => name.trim())).pipe(z.array(z.enum(channelNames)).min(1)),
});
export type NotifierConfig = z.output<typeof notifierConfig>;
