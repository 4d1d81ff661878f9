import { createHash } from 'node:crypto';
import { bootstrap, bootstrapAdmin } from '@alloy/ledger';
import { parseConfig } from './config';
import { migrate } from './migrate';

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  await migrate({ databaseUrl: config.DATABASE_URL, rolePasswords: config.ALLOY_ROLE_PASSWORDS });
  if (config.ALLOY_BOOTSTRAP) await bootstrap({ databaseUrl: config.DATABASE_URL, ...config.ALLOY_BOOTSTRAP, existingPolicy: 'keep' });
  const { ALLOY_BOOTSTRAP_TOKEN: token } = config;
  if (token) await bootstrapAdmin({ databaseUrl: config.DATABASE_URL, tokenSha256: createHash('sha256').update(token).digest('hex') });
}

main().catch((error: unknown) => {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
