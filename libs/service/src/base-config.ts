import { services, type Service } from '@alloy/contracts';
import { z } from 'zod';
import { crashAt } from './crash-at';
import { connectionLimitsConfig } from './http/connection-limits';
import { secret } from './secret';
import { openTelemetryConfig } from './telemetry/opentelemetry-config';

const FIRST_PORT = 8080;

/** The environment variables of every service; `PORT` defaults to 8080 plus the service's number. */
export const baseConfig = (service: Service) =>
  z.object({
    APP_ENV: z.enum(['development', 'production']).default('development'),
    /** Address to listen on; default loopback. */
    HOST: z.string().default('127.0.0.1'),
    /** 0: any free port. */
    PORT: z.coerce.number().int().min(0).max(65535).default(FIRST_PORT + services.indexOf(service)),
    ...connectionLimitsConfig,
    /** With the service's own role; contains a password. */
    DATABASE_URL: secret(),
    /**
     * `nats://` or `tls://`, with `user:password@` or `token@` if the server requires it; several URLs are separated by
     * commas.
     */
    NATS_URL: secret(),
    /**
     * Files that replace a login in NATS_URL (a `.creds` file, an nkey seed), and the certificate authority of the
     * server in PEM.
     */
    NATS_CREDS: z.string().min(1).optional(),
    NATS_NKEY: z.string().min(1).optional(),
    NATS_CA: z.string().min(1).optional(),
    /** Prefix of the subjects for replies, to which only this service may subscribe. Default `_INBOX`. */
    NATS_INBOX_PREFIX: z.string().regex(/^[\w-]+(\.[\w-]+)*$/).optional(),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    /** The name of this Alloy; part of the fence on every object that it writes. */
    ALLOY_INSTALLATION: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/).default('alloy'),
    /** For tests, refused in production: `<point>[:<n>]`, where the process kills itself. See docs/crash-points.md. */
    ALLOY_CRASH_AT: crashAt(service).optional(),
    ...openTelemetryConfig,
    SWEEP_SECONDS: z.coerce.number().min(0.1).max(300).default(5),
  });

export type BaseConfig = z.output<ReturnType<typeof baseConfig>>;
