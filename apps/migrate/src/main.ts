import { bootstrap } from '@alloy/ledger';
import { parseConfig } from './config';
import { migrate } from './migrate';

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  await migrate({ databaseUrl: config.DATABASE_URL, rolePasswords: config.ALLOY_ROLE_PASSWORDS });
  if (config.ALLOY_BOOTSTRAP) await bootstrap({ databaseUrl: config.DATABASE_URL, ...config.ALLOY_BOOTSTRAP });
}

main().catch((error: unknown) => {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
