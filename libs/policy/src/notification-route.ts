import { z } from 'zod';
import { placeholders, templateFault } from './notification-template';
import { notificationTypes } from './notification-type';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
/** Name of a sealed secret of the project; the value itself is never in a policy. */
const secret = (holds: string) => name.describe(`Name of the sealed secret that holds ${holds}.`);
const kind = <K extends string>(value: K) => z.literal(value).describe('The kind of the channel.');
const address = z.string().max(254).regex(/^[^\s@<>",;:\\()[\]]+@[^\s@<>",;:\\()[\]]+$/, 'is no e-mail address');

const base = {
  name: name.describe('The name of the route, unique in the policy.'),
  events: z.array(z.enum(notificationTypes)).min(1).optional()
    .describe('The notification types of this route; default: all that its kind supports.'),
  template: z
    .string()
    .min(1)
    .max(1_000)
    .refine((text) => templateFault(text) === undefined, { error: (issue) => templateFault(String(issue.input)) ?? 'is no template' })
    .describe(
      "The message's first line; default: one sentence with all placeholders' values. " +
        `Text with {{${placeholders.join('}}, {{')}}}; other double braces are refused.`,
    )
    .optional(),
};

const webhook = z.strictObject({
  ...base,
  kind: kind('webhook'),
  urlSecret: secret('the URL'),
  keySecret: secret('the key that signs the messages'),
});
/** Either an incoming webhook's URL, or a bot's token with a channel, which gives each release a thread. */
const slack = z
  .strictObject({
    ...base,
    kind: kind('slack'),
    urlSecret: secret("an incoming webhook's URL").optional(),
    tokenSecret: secret("a bot's token").optional(),
    channel: z
      .string()
      .regex(/^[CGD][A-Z0-9]{2,20}$/)
      .optional()
      .describe('Id of the channel, with `tokenSecret`.'),
  })
  .refine((route) => (route.urlSecret === undefined) !== (route.tokenSecret === undefined), 'needs either urlSecret or tokenSecret')
  .refine((route) => (route.tokenSecret === undefined) === (route.channel === undefined), 'tokenSecret and channel go together')
  .meta({
    description: 'Either `urlSecret`, or `tokenSecret` with `channel`.',
    examples: [{ name: 'team', kind: 'slack', urlSecret: 'slack-url' }],
  });
const teams = z.strictObject({ ...base, kind: kind('teams'), urlSecret: secret('the URL') });
const pagerduty = z.strictObject({ ...base, kind: kind('pagerduty'), keySecret: secret('the integration key') });
const email = z.strictObject({
  ...base,
  kind: kind('email'),
  serverSecret: secret('`smtp://` or `smtps://` with user and password'),
  from: address.describe('Address of the sender.'),
  to: z.array(address).min(1).max(20).describe('Addresses of the recipients.'),
});
const cdevents = z.strictObject({ ...base, kind: kind('cdevents'), urlSecret: secret('the URL') });

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
