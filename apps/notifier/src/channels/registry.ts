import type { AddressGuard } from '@alloy/service';
import type { HttpClient } from '../http/http-client';
import { cdeventsChannel } from './cdevents-channel';
import type { Channels } from './channel';
import { emailChannel } from './email-channel';
import { pagerdutyChannel } from './pagerduty-channel';
import { slackChannel } from './slack/slack-channel';
import { teamsChannel } from './teams/teams-channel';
import { webhookChannel } from './webhook-channel';

export interface ChannelParts {
  readonly http: HttpClient;
  readonly guard: AddressGuard;
  /** Name of this installation. */
  readonly installation: string;
  /** Ends with a slash. */
  readonly slackApi: string;
  readonly pagerdutyUrl: string;
}

/** All channels by kind; exhaustive. */
export const makeChannels = ({ http, guard, installation, slackApi, pagerdutyUrl }: ChannelParts): Channels => ({
  webhook: webhookChannel(http),
  slack: slackChannel(http, slackApi),
  teams: teamsChannel(http),
  pagerduty: pagerdutyChannel(http, pagerdutyUrl, installation),
  email: emailChannel(guard),
  cdevents: cdeventsChannel(http, installation),
});
