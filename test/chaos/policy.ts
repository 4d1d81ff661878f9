import { createLedger } from '@alloy/ledger';
import { readFileSync } from 'node:fs';
import type { Installation, InstallationOptions } from '../support/installation';

/** Seconds: the deadline of a step without progress, and the duration of a stage. */
export const DEADLINE = 8;
export const STAGE_SECONDS = 2;

/** One short stage with half of the pods, and a notification for every outcome. */
export const policyOf = (): InstallationOptions['projects'][string] => ({
  stages: [{ weight: 50, duration: STAGE_SECONDS, deadline: DEADLINE }],
  progressDeadline: DEADLINE,
  inspectionDeadline: DEADLINE,
  analysis: { minRequests: 10 },
  notify: [{ name: 'team', kind: 'webhook', urlSecret: 'hook-url', keySecret: 'hook-key' }],
});

/** Stores the URL and the key of each project's notification route. */
export async function putRouteSecrets(installation: Installation, projects: readonly string[], url: string): Promise<void> {
  const secretsKey = Buffer.from(readFileSync(installation.home.secretsKey, 'utf8').trim(), 'base64');
  const ledger = createLedger({ databaseUrl: installation.addresses().databaseUrl, secretsKey });
  for (const project of projects) {
    await ledger.secrets.put(project, 'hook-url', url, 'test');
    await ledger.secrets.put(project, 'hook-key', `whsec_${Buffer.alloc(24, 5).toString('base64')}`, 'test');
  }
  await ledger.close();
}
