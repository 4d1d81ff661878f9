import { baseConfig, hasMasterKey, hasSecretsKey, hasWholeTls, masterKeyConfig, masterKeyIsMissing, networks, secretsKeyConfig, secretsKeyIsMissing, tlsConfig, tlsIsHalf } from '@alloy/service';
import { z } from 'zod';

/** What ingest reads from its environment. */
export const ingestConfig = baseConfig('ingest')
  .extend({
    ...masterKeyConfig,
    ...secretsKeyConfig,
    ...tlsConfig,
    /** `legacy`: the webhook asks for no token, as the original. */
    ALLOY_WEBHOOK_AUTH: z.enum(['token', 'legacy']).default('token'),
    /** Requests a minute from one address, and with one token; 0: any number. */
    RATE_LIMIT_PER_ADDRESS: z.coerce.number().int().min(0).default(6_000),
    RATE_LIMIT_PER_TOKEN: z.coerce.number().int().min(0).default(3_000),
    /** Requests that change something and are worked on at once; others wait. Each takes up to two of the ten connections to Postgres, so more would wait there, unbounded. */
    REQUESTS_AT_ONCE: z.coerce.number().int().min(1).max(1_000).default(5),
    /** Seconds that such a request may wait to be admitted; one that would wait longer gets 429 at once. */
    REQUEST_WAIT_SECONDS: z.coerce.number().min(0.1).max(60).default(2),
    /** Proxies whose word on who calls, and how, is taken: the address that is counted and recorded. Default: none. */
    ALLOY_TRUST_PROXY: networks(),
    /** Folder of the planner's checkpoints and public keys; unset: the log can't be verified here. */
    ALLOY_AUDIT_DIR: z.string().min(1).optional(),
    /** Registries and issuers of tokens on this machine itself are refused unless told otherwise. */
    ALLOY_ALLOW_LOOPBACK: z.enum(['true', 'false']).default('false').transform((value) => value === 'true'),
  })
  .refine(hasMasterKey, masterKeyIsMissing)
  .refine(hasSecretsKey, secretsKeyIsMissing)
  .refine(hasWholeTls, tlsIsHalf);
export type IngestConfig = z.output<typeof ingestConfig>;
