import type { Logger } from 'pino';
import type { Channel } from './channel';
import { logChannel } from './log-channel';

export interface ChannelDeps {
  readonly logger: Logger;
}

/** Every channel by its name; a name that is not here fails at the start. */
export const channels = {
  log: ({ logger }: ChannelDeps) => logChannel(logger),
} as const satisfies Record<string, (deps: ChannelDeps) => Channel>;

export type ChannelName = keyof typeof channels;
export const channelNames = Object.keys(channels) as [ChannelName, ...ChannelName[]];
