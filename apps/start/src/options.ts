import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Env, parseConfig } from '@alloy/service/config';
import { z } from 'zod';
import { StartError } from './start-error';

const schema = z.object({
  /** Folder of this Alloy's data. */
  ALLOY_HOME: z.string().default('.alloy'),
  /** First of five consecutive ports; 0: any free ports. */
  APP_PORT: z.coerce.number().int().min(0).max(65_531).default(8080),
  /** Owner's URL of a Postgres to use instead of the embedded one. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  NATS_URL: z.string().optional(),
  NATS_CREDS: z.string().optional(),
  NATS_NKEY: z.string().optional(),
  NATS_CA: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
  ALLOY_INSTALLATION: z.string().default('alloy'),
  ALLOY_CLUSTER: z.string().default('default'),
  ALLOY_MASTER_KEY: z.string().optional(),
  SWEEP_SECONDS: z.string().optional(),
});

export interface Options {
  readonly home: string;
  readonly appPort: number;
  readonly databaseUrl?: string;
  readonly natsUrl?: string;
  /** Kubeconfig of a real cluster; unset: the playground. */
  readonly cluster?: string;
  readonly fresh: boolean;
  readonly masterKey?: string;
  /** Passed unchanged to every service. */
  readonly shared: Readonly<Record<string, string | undefined>>;
}

export const usage = `npm start -- [--fresh] [--cluster <kubeconfig>]

  --fresh                  delete the data in the home and start from scratch
  --cluster <kubeconfig>   release to this cluster instead of the playground

  ALLOY_HOME     where everything is kept (default .alloy)
  APP_PORT       first of five ports (default 8080; 0: any free ones)
  DATABASE_URL   a Postgres of your own, as its owner, instead of the embedded one
  NATS_URL       a NATS server with JetStream, instead of the embedded one; NATS_CREDS, NATS_NKEY and NATS_CA with it
  NATS_SERVER_BIN, ALLOY_POSTGRES_BIN   programs to use for the embedded ones`;

/** Throws `StartError` or `ConfigError` with one line. Ignores KUBECONFIG. */
export function parseOptions(argv: readonly string[], env: Env): Options | 'help' {
  const args = parse(argv);
  if (args.help) return 'help';
  const config = parseConfig(schema, env);
  const cluster = args.cluster === undefined ? undefined : resolve(args.cluster);
  if (cluster !== undefined && !existsSync(cluster)) throw new StartError(`--cluster names ${cluster}, which does not exist`);
  if (args.fresh && config.DATABASE_URL)
    throw new StartError('--fresh deletes the embedded database only: unset DATABASE_URL, or empty that database yourself');
  return {
    home: resolve(config.ALLOY_HOME),
    appPort: config.APP_PORT,
    databaseUrl: config.DATABASE_URL,
    natsUrl: config.NATS_URL,
    cluster,
    fresh: args.fresh ?? false,
    masterKey: config.ALLOY_MASTER_KEY,
    shared: {
      APP_ENV: 'development',
      HOST: '127.0.0.1',
      LOG_LEVEL: config.LOG_LEVEL,
      ALLOY_INSTALLATION: config.ALLOY_INSTALLATION,
      ALLOY_CLUSTER: config.ALLOY_CLUSTER,
      SWEEP_SECONDS: config.SWEEP_SECONDS,
      ...(config.NATS_URL ? { NATS_CREDS: config.NATS_CREDS, NATS_NKEY: config.NATS_NKEY, NATS_CA: config.NATS_CA } : {}),
    },
  };
}

function parse(argv: readonly string[]): { fresh?: boolean; cluster?: string; help?: boolean } {
  try {
    return parseArgs({
      args: [...argv],
      options: { fresh: { type: 'boolean' }, cluster: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message.split('. ')[0]}; npm start -- --help lists all options`);
  }
}
