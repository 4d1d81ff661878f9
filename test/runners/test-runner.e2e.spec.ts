import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeReport } from './reports';
import { Runner, type Ended } from './runner';

const PASSES = "it('passes', () => undefined);";
const FAILS = "it('fails', () => { throw new Error('on purpose'); });";
const NO_REPORT = "it('ends Jest', () => process.reallyExit(0));";

let runner: Runner;
beforeEach(() => void (runner = new Runner()));
afterEach(() => runner.close());

describe('npm test', () => {
  const play = (
    suites: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<Ended> =>
    runner.script(
      'test.mjs',
      ['--config', runner.config({ unit: PASSES, int: PASSES, e2e: PASSES, chaos: PASSES, ...suites }, options)],
      env,
    );

  it('exits 0 when every suite passes', async () => {
    expect(await play({})).toMatchObject({ code: 0, lastLine: '4 passed, 0 failed, 0 skipped' });
  });

  it.each(['unit', 'int', 'e2e', 'chaos'])('exits 1 when a spec of the suite %s fails', async (suite) => {
    expect(await play({ [suite]: FAILS })).toMatchObject({ code: 1, lastLine: '3 passed, 1 failed, 0 skipped' });
  });

  it('exits 1 when Jest ends with 0 but has written no report', async () => {
    expect(await play({ unit: NO_REPORT })).toMatchObject({ code: 1, lastLine: '3 passed, 1 failed, 0 skipped' });
  });

  it('exits 1 when Jest ends with 0 but a report has failures', async () => {
    expect(await play({ e2e: FAILS }, {}, { testFailureExitCode: 0 })).toMatchObject({
      code: 1,
      lastLine: '3 passed, 1 failed, 0 skipped',
    });
  });

  it('exits 1 when the suite on a real API server is required and its programs are missing', async () => {
    const env = { ALLOY_REQUIRE_CONTROL_PLANE: '1', KUBEBUILDER_ASSETS: join(runner.folder, 'none') };
    expect(await play({}, env)).toMatchObject({ code: 1, lastLine: '4 passed, 1 failed, 0 skipped' });
  });
});

describe('.ci/run', () => {
  /** Runs it with an npm whose every script succeeds, and with these reports. */
  const play = (reports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<Ended> => {
    for (const [suite, counts] of Object.entries(reports)) writeReport(runner.reports, suite, counts);
    const npm = join(runner.folder, 'npm');
    mkdirSync(npm);
    writeFileSync(join(npm, 'npm'), '#!/bin/sh\n', { mode: 0o755 });
    return runner.run('/bin/bash', ['.ci/run'], { PATH: `${npm}:${runner.path(['dirname'])}`, KUBEBUILDER_ASSETS: runner.folder });
  };
  const passed = { unit: {}, int: {}, e2e: {}, chaos: {}, 'control-plane': {} };

  it('exits 0 when every check passes and its closing line counts no failure', async () => {
    expect(await play(passed)).toMatchObject({ code: 0, lastLine: '5 passed, 0 failed, 0 skipped' });
  });

  it('exits 1 when its closing line counts a failure, though every command has ended with 0', async () => {
    expect(await play({ ...passed, int: { numFailedTests: 2, success: false } })).toMatchObject({
      code: 1,
      lastLine: '5 passed, 2 failed, 0 skipped',
    });
  });

  it('exits 1 when a suite has written no report', async () => {
    expect(await play({ unit: {}, int: {}, e2e: {}, chaos: {} })).toMatchObject({ code: 1, lastLine: '4 passed, 1 failed, 0 skipped' });
  });

  it('exits 1 when a suite failed outside of its tests', async () => {
    expect(await play({ ...passed, unit: { success: false } })).toMatchObject({ code: 1, lastLine: '5 passed, 1 failed, 0 skipped' });
  });
});
