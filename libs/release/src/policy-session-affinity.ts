import { z } from 'zod';

/** As in Flagger, with one name for both versions. */
export const sessionAffinitySchema = z
  .strictObject({
    cookieName: z.string().max(256).regex(/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/, 'This is not a name of a cookie.').default('alloy-version')
      .meta({ description: 'Name of the cookie that keeps a user on a version.', examples: ['alloy-version'] }),
    maxAge: z.number().int().min(1).max(31_536_000).default(86_400)
      .meta({ description: 'Lifetime of the cookie, seconds.', examples: [86_400] }),
  })
  .describe(
    'Keeps a user on the version that answered first, by a cookie, until the weight changes (stable) or the release ends (canary). For ' +
    '`gatewayApi` with an HTTPRoute.',
  );
export type SessionAffinity = z.infer<typeof sessionAffinitySchema>;
