import { baseConfig, hasSecretsKey, secretsKeyConfig, secretsKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

const flag = (fallback: 'true' | 'false') => z.enum(['true', 'false']).default(fallback).transform((value) => value === 'true');
const httpUrl = z.url({ protocol: /^https?$/ });

/** What the notifier reads from its environment. */
export const notifierConfig = baseConfig('notifier')
  .extend({
    ...secretsKeyConfig,
    /** Whether every notification is also a line of the notifier's log. */
    NOTIFY_LOG: flag('true'),
    /** For how long it is remembered what was told. */
    NOTIFY_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
    /** Where people reach this Alloy, for links in messages; unset: messages have none. */
    ALLOY_PUBLIC_URL: httpUrl.optional(),
    /** Receivers on this machine itself are refused unless told otherwise. */
    ALLOY_ALLOW_LOOPBACK: flag('false'),
    NOTIFY_SLACK_API: httpUrl.default('https://slack.com/api/').transform((url) => (url.endsWith('/') ? url : `${url}/`)),
    /** PagerDuty's Events API v2; https://events.eu.pagerduty.com/v2/enqueue in the EU. */
    NOTIFY_PAGERDUTY_URL: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  })
  .refine(hasSecretsKey, secretsKeyIsMissing);
export type NotifierConfig = z.output<typeof notifierConfig>;
