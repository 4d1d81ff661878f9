import type { Scope } from '@alloy/contracts';
import type { Running } from '@alloy/embedded';
import { lastLine, spawnNode } from './node-part';
import { StartError } from './start-error';

export interface MigrateOptions {
  readonly apps: string;
  readonly log: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly databaseUrl: string;
  readonly passwords: Readonly<Record<string, string>>;
  readonly bootstrap: {
    readonly user: string;
    readonly project: string;
    readonly policy: unknown;
    readonly tokenSha256: string;
    readonly tokenScope: Scope;
    readonly tokenProjects: readonly string[];
  };
  readonly onSpawn: (running: Running) => void;
}

/** Updates tables, roles and the demo project, as the owner. Idempotent. Rejects with `StartError`. */
export async function migrate({ apps, log, env, databaseUrl, passwords, bootstrap, onSpawn }: MigrateOptions): Promise<void> {
  const running = await spawnNode({
    name: 'migrate',
    apps,
    log,
    env: { ...env, DATABASE_URL: databaseUrl, ALLOY_ROLE_PASSWORDS: JSON.stringify(passwords), ALLOY_BOOTSTRAP: JSON.stringify(bootstrap) },
  });
  onSpawn(running);
  if ((await running.exited) !== 0)
    throw new StartError(
      `could not update the tables: ${lastLine(log) || `see ${log}`} (with a database of your own, DATABASE_URL must name its owner)`,
    );
}
