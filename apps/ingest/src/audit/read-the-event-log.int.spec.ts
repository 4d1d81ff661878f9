import { commandsOf, runCommands } from '../../../../test/support/guide';
import { startAuditedIngest, type AuditedIngest } from '../testing/audited-ingest';

let audited: AuditedIngest;
let env: Record<string, string>;
beforeAll(async () => {
  audited = await startAuditedIngest(2);
  env = {
    ALLOY: `http://127.0.0.1:${audited.ingest.port}`,
    TOKEN: audited.token,
    ALLOY_AUDIT_DIR: audited.auditDir,
    RELEASE: audited.releases[0]!,
  };
});
afterAll(() => audited?.close());

const [start] = commandsOf('read-the-event-log', '');
const run = (commands: string): Promise<string> => runCommands(`${start}\n${commands}`, env);

describe('the guide "Read the event log"', () => {
  it('verifies the log', async () => {
    const [verify, last] = commandsOf('read-the-event-log', 'Verify the log');
    const report = JSON.parse(await run(verify!));
    expect(report).toMatchObject({ ok: true, streams: 2, checkpoints: 1 });
    expect(JSON.parse(await run(last!))).toMatchObject({ number: 1, key: report.keys[0].id });
  });

  it('rebuilds a view', async () => {
    const [script, status] = commandsOf('read-the-event-log', 'Rebuild the views');
    expect((await run(script!)).match(/swapped; \d+ rows, none differed/g)).toHaveLength(3);
    expect(JSON.parse(await run(status!)).items).toMatchObject([
      { rebuild: { state: 'swapped' } },
      { rebuild: { state: 'swapped' } },
      { rebuild: { state: 'swapped' } },
    ]);
  });

  it('shreds manifests', async () => {
    const [shred] = commandsOf('read-the-event-log', 'Make manifests unreadable');
    expect(JSON.parse(await run(shred!))).toMatchObject({ id: env['RELEASE'], restorable: false });
    expect(await audited.ingest.call('/api/v1/audit/verify', { token: audited.token })).toMatchObject({ json: { ok: true } });
  });
});
