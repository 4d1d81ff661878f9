import { startInfrastructure, type Infrastructure } from './infrastructure';

declare global {
  var alloyInfrastructure: Infrastructure | undefined;
}

/** Starts the servers for `.int.spec`; their URLs are ALLOY_TEST_PG and ALLOY_TEST_NATS. */
export default async function globalSetup(): Promise<void> {
  if (globalThis.alloyInfrastructure) return;
  const infrastructure = await startInfrastructure();
  globalThis.alloyInfrastructure = infrastructure;
  process.env['ALLOY_TEST_PG'] = infrastructure.databaseUrl;
  process.env['ALLOY_TEST_NATS'] = infrastructure.natsUrl;
}
