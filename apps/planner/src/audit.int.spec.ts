import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from '@alloy/audit';
import { verifyLog } from '@alloy/event-store';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { request } from '@alloy/release/testing';
import { parseConfig, startService, type RunningService } from '@alloy/service';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { plannerConfig } from './config';
import { PlannerModule, plannerStrategy } from './planner.module';

let home: string;
let database: TestDatabase;
let owner: Ledger;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'alloy-planner-'));
  database = await createDatabase();
  await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop' });
  owner = createLedger({ databaseUrl: database.url });
});
afterEach(async () => {
  await owner.close();
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

const lines: string[] = [];
const startPlanner = (): Promise<RunningService> =>
  startService({
    name: 'planner',
    config: () =>
      parseConfig(plannerConfig, {
        PORT: '0', DATABASE_URL: database.roleUrl('alloy_planner'), NATS_URL: process.env['ALLOY_TEST_NATS'], LOG_LEVEL: 'warn',
        ALLOY_AUDIT_KEY_FILE: join(home, 'audit.key'), ALLOY_AUDIT_DIR: join(home, 'audit'), ALLOY_AUDIT_SECONDS: '1',
      }),
    module: (config) => PlannerModule.with(config),
    strategy: plannerStrategy,
    destination: { write: (line: string) => void lines.push(line) },
  });

const ask = (releaseId: string): Promise<unknown> =>
  owner.log.append({ releaseId, project: 'shop', environment: 'production' }, [{ type: 'ReleaseRequested', data: request }], {
    expected: 0,
    actor: { kind: 'ci', id: 'demo' },
    causationId: null,
  });

const age = async ({ port }: RunningService): Promise<number> =>
  Number(/^alloy_audit_checkpoint_age_seconds (\S+)$/m.exec(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())?.[1]);

it('the planner with the relay signs the log, and reports a log that differs from what was signed', async () => {
  const folder = new AuditFolder(join(home, 'audit'));
  const planner = await startPlanner();
  await ask('01AAA');
  await eventually(async () => expect((await folder.checkpoints()).length).toBeGreaterThan(0), { timeoutMs: 30_000 });
  await eventually(async () => expect(await age(planner)).toBe(0), { timeoutMs: 30_000 });
  await planner.close();
  expect(await verifyLog({ pool: owner.pool, keys: await folder.keys(), file: await folder.checkpoints() })).toMatchObject({
    ok: true,
    streams: 1,
  });
  expect(lines.filter((line) => line.includes('no checkpoint'))).toEqual([]);

  await owner.pool.query(`ALTER TABLE checkpoint DISABLE TRIGGER ALL; DELETE FROM checkpoint`);
  const again = await startPlanner();
  await eventually(() => expect(lines.join('\n')).toContain('log_contradicts_checkpoint'), { timeoutMs: 30_000 });
  await eventually(async () => expect(await age(again)).toBeGreaterThan(1), { timeoutMs: 30_000 });
  await again.close();
});

it('the configuration requires both audit variables or neither', () => {
  const env = { DATABASE_URL: 'postgresql://x', NATS_URL: 'nats://x', ALLOY_AUDIT_DIR: '/x' };
  expect(() => parseConfig(plannerConfig, env)).toThrow(/ALLOY_AUDIT_KEY_FILE/);
});
