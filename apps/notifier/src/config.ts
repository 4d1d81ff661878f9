import { baseConfig, hasSecretsKey, secretsKeyConfig, secretsKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

const flag = (fallback: 'true' | 'false') => z.enum(['true', 'false']).default(fallback).transform((value) => value === 'true');
const httpUrl = z.url({ protocol: /^https?$/ });

/** Environment of the notifier. */
export const notifierConfig = baseConfig('notifier')
  .extend({
    ...secretsKeyConfig,
    /** Whether every notification is also logged. */
    NOTIFY_LOG: flag('true'),
    /** Days for which sent notifications are kept. */
    NOTIFY_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
    /** Public URL of this Alloy for links in messages; unset: no links. */
    ALLOY_PUBLIC_URL: httpUrl.optional(),
    /** Whether receivers on this machine are allowed. */
    ALLOY_ALLOW_LOOPBACK: flag('false'),
    NOTIFY_SLACK_API: httpUrl.default('https://slack.com/api/').transform((url) => (url.endsWith('/') ? url : `${url}/`)),
    /** PagerDuty's Events API v2; in the EU https://events.eu.pagerduty.com/v2/enqueue. */
    NOTIFY_PAGERDUTY_URL: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  })
  .refine(hasSecretsKey, secretsKeyIsMissing);
export type NotifierConfig = z.output<typeof notifierConfig>;
