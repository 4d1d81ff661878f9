import { z } from 'zod';
import { placeholders, templateFault } from './notification-template';
import { notificationTypes } from './notification-type';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
/** Name of a sealed secret of the project; the value itself is never in a policy. */
const secretName = name;
const address = z.string().max(254).regex(/^[^\s@<>",;:\\()[\]]+@[^\s@<>",;:\\()[\]]+$/, 'is no e-mail address');

const base = {
  /** Unique in the policy. */
  name,
  /** The notification types of this route; default: all that its kind supports. */
  events: z.array(z.enum(notificationTypes)).min(1).optional(),
  /** The message's first line; default: one sentence with all placeholders' values. */
  template: z
    .string()
    .min(1)
    .max(1_000)
    .refine((text) => templateFault(text) === undefined, { error: (issue) => templateFault(String(issue.input)) ?? 'is no template' })
    .describe(`Text with {{${placeholders.join('}}, {{')}}}; other double braces are refused.`)
    .optional(),
};

const webhook = z.strictObject({ ...base, kind: z.literal('webhook'), urlSecret: secretName, keySecret: secretName });
/** Either an incoming webhook's URL, or a bot's token with a channel, which gives each release a thread. */
const slack = z
  .strictObject({
    ...base,
    kind: z.literal('slack'),
    urlSecret: secretName.optional(),
    tokenSecret: secretName.optional(),
    channel: z
      .string()
      .regex(/^[CGD][A-Z0-9]{2,20}$/)
      .optional(),
  })
  .refine((route) => (route.urlSecret === undefined) !== (route.tokenSecret === undefined), 'needs either urlSecret or tokenSecret')
  .refine((route) => (route.tokenSecret === undefined) === (route.channel === undefined), 'tokenSecret and channel go together')
  .meta({
    description: 'Either `urlSecret`, or `tokenSecret` with `channel`.',
    examples: [{ name: 'team', kind: 'slack', urlSecret: 'slack-url' }],
  });
const teams = z.strictObject({ ...base, kind: z.literal('teams'), urlSecret: secretName });
const pagerduty = z.strictObject({ ...base, kind: z.literal('pagerduty'), keySecret: secretName });
/** `serverSecret` holds `smtp://` or `smtps://` with user and password. */
const email = z.strictObject({
  ...base,
  kind: z.literal('email'),
  serverSecret: secretName,
  from: address,
  to: z.array(address).min(1).max(20),
});
const cdevents = z.strictObject({ ...base, kind: z.literal('cdevents'), urlSecret: secretName });

/** A notification route: its kind, the names of its secrets, and its notification types. */
export const routeSchema = z.discriminatedUnion('kind', [webhook, slack, teams, pagerduty, email, cdevents]);
export type NotifyRoute = z.infer<typeof routeSchema>;
export type RouteKind = NotifyRoute['kind'];
export type RouteOf<K extends RouteKind> = Extract<NotifyRoute, { kind: K }>;

/** A policy's routes. */
export const routesSchema = z
  .array(routeSchema)
  .max(20)
  .refine((routes) => new Set(routes.map((route) => route.name)).size === routes.length, 'names must not repeat')
  .describe('Names do not repeat.');
