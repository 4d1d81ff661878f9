import { createHash } from 'node:crypto';
import { bootstrap, bootstrapAdmin } from '@alloy/ledger';
import { parseConfig } from './config';
import { migrate } from './migrate';
import { waitForDatabase } from './wait-for-database';

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  await waitForDatabase(config.DATABASE_URL, config.ALLOY_WAIT_SECONDS * 1_000, (why) =>
    process.stderr.write(`migrate: waiting for ${why}\n`),
  );
  await migrate({ databaseUrl: config.DATABASE_URL, rolePasswords: config.ALLOY_ROLE_PASSWORDS });
  if (config.ALLOY_BOOTSTRAP) await bootstrap({ databaseUrl: config.DATABASE_URL, ...config.ALLOY_BOOTSTRAP, existingPolicy: 'keep' });
  const { ALLOY_BOOTSTRAP_TOKEN: token } = config;
  if (token) await bootstrapAdmin({ databaseUrl: config.DATABASE_URL, tokenSha256: createHash('sha256').update(token).digest('hex') });
}

// If the event loop ran empty early, Node would exit with 0.
process.exitCode = 1;
main().then(
  () => void (process.exitCode = 0),
  (error: unknown) => void process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`),
);
