import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DIES_AT_ONCE, DIES_WHEN_ASKED, fakeControlPlane, RUNS_FOR_EVER, type FakeProgram } from './fake-control-plane';
import { writeReport } from './reports';
import { Runner, type Ended } from './runner';

const PASSES = "it('passes', () => undefined);";
const FAILS = "it('fails', () => { throw new Error('on purpose'); });";

describe('npm run test:control-plane', () => {
  let runner: Runner;
  beforeEach(() => void (runner = new Runner()));
  afterEach(() => runner.close());

  const assets = (): string => join(runner.folder, 'assets');
  const play = (
    spec: string,
    change: Partial<Record<FakeProgram, string>> = {},
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<Ended> => {
    fakeControlPlane(assets(), change);
    const config = runner.config({ 'control-plane': spec }, options);
    return runner.script('test-control-plane.mjs', ['--config', config], {
      KUBEBUILDER_ASSETS: assets(),
      NATS_SERVER_BIN: join(assets(), 'nats-server'),
    });
  };

  it('exits 0 when every spec passes, and leaves no temporary folder', async () => {
    expect(await play(PASSES)).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed, 0 skipped' });
    expect(readdirSync(runner.folder).filter((name) => name.startsWith('alloy-control-plane-'))).toEqual([]);
  });

  it('exits 1 when a spec fails', async () => {
    expect(await play(`${PASSES} ${FAILS}`)).toMatchObject({ code: 1, lastLine: '1 passed, 1 failed, 0 skipped' });
  });

  it('exits 1 when a spec file cannot be run', async () => {
    expect(await play('throw new Error("on purpose");')).toMatchObject({ code: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
  });

  it.each(['etcd', 'kube-apiserver'] as const)('exits 1 with the last output of %s when it exits at once', async (name) => {
    const { code, stderr, lastLine } = await play(PASSES, { 'kube-apiserver': RUNS_FOR_EVER, [name]: DIES_AT_ONCE });
    expect([code, lastLine]).toEqual([1, '0 passed, 1 failed, 0 skipped']);
    expect(stderr).toContain(`${name} ended by itself (exit code 3): its log ends with\n  no such flag`);
    expect(readdirSync(runner.folder).filter((one) => one.startsWith('alloy-control-plane-'))).toEqual([]);
  });

  it('exits 1 when the controller manager exits during the run, without waiting for the specs', async () => {
    const waits = `it('waits for ever', async () => { require('node:fs').writeFileSync(${JSON.stringify(join(assets(), 'die'))}, ''); await new Promise(() => undefined); }, 300_000);`;
    const { code, stderr, lastLine } = await play(waits, { 'kube-controller-manager': DIES_WHEN_ASKED });
    expect([code, lastLine]).toEqual([1, '0 passed, 1 failed, 0 skipped']);
    expect(stderr).toContain('kube-controller-manager ended by itself (exit code 3)');
  });

  it('exits 1 when Jest ends with 0 but has written no report, even where an earlier run left one', async () => {
    writeReport(runner.reports, 'control-plane');
    expect(await play("it('ends Jest', () => process.reallyExit(0));")).toMatchObject({
      code: 1,
      lastLine: '0 passed, 1 failed, 0 skipped',
    });
  });

  it('exits 1 when Jest ends with 0 but its report has failures', async () => {
    expect(await play(FAILS, {}, { testFailureExitCode: 0 })).toMatchObject({ code: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
  });

  it('exits 1 when the programs of the control plane are missing', async () => {
    const { code, stderr } = await runner.script('test-control-plane.mjs');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^there is no Kubernetes API server for the tests: /);
  });
});
