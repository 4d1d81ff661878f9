import {
  baseConfig, hasMasterKey, hasSecretsKey, hasWholeTls, masterKeyConfig, masterKeyIsMissing, networks, secretsKeyConfig,
  secretsKeyIsMissing, tlsConfig, tlsIsHalf,
} from '@alloy/service';
import { z } from 'zod';

/** The environment variables of ingest. */
export const ingestConfig = baseConfig('ingest')
  .extend({
    ...masterKeyConfig,
    ...secretsKeyConfig,
    ...tlsConfig,
    /** `legacy`: the webhook requires no token, like the original. */
    ALLOY_WEBHOOK_AUTH: z.enum(['token', 'legacy']).default('token'),
    /** Requests per minute from one address, and with one token; 0: no limit. */
    RATE_LIMIT_PER_ADDRESS: z.coerce.number().int().min(0).default(6_000),
    RATE_LIMIT_PER_TOKEN: z.coerce.number().int().min(0).default(3_000),
    /**
     * Number of concurrent requests that change something; others wait. Each uses up to two of the ten connections to
     * Postgres, so more would wait there without a limit.
     */
    REQUESTS_AT_ONCE: z.coerce.number().int().min(1).max(1_000).default(5),
    /** Seconds that such a request may wait for admission; one that would wait longer gets 429 immediately. */
    REQUEST_WAIT_SECONDS: z.coerce.number().min(0.1).max(60).default(2),
    /** Trusted proxies, whose headers determine the address and the scheme of the client. Default: none. */
    ALLOY_TRUST_PROXY: networks(),
    /** Folder of the planner's checkpoints and public keys; unset: ingest cannot verify the log. */
    ALLOY_AUDIT_DIR: z.string().min(1).optional(),
    /** Whether registries and token issuers on this machine are allowed; default false. */
    ALLOY_ALLOW_LOOPBACK: z.enum(['true', 'false']).default('false').transform((value) => value === 'true'),
  })
  .refine(hasMasterKey, masterKeyIsMissing)
  .refine(hasSecretsKey, secretsKeyIsMissing)
  .refine(hasWholeTls, tlsIsHalf);
export type IngestConfig = z.output<typeof ingestConfig>;
