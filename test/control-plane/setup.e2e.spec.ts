import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

describe('getting a control plane', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'alloy-setup-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): SpawnSyncReturns<string> =>
    spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: 50_000, env: { PATH: process.env['PATH'], HOME: folder, ...env } });
  const build = (env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> => run('/bin/bash', ['scripts/control-plane/build.sh'], env);
  const cache = (): string => join(folder, '.cache', 'alloy', 'control-plane');
  const program = (name: string): void => {
    mkdirSync(cache(), { recursive: true });
    writeFileSync(join(cache(), name), '#!/bin/sh\n');
    chmodSync(join(cache(), name), 0o755);
  };

  it('builds nothing where it is built, and prints where that is', () => {
    for (const name of ['kube-apiserver', 'kube-controller-manager', 'etcd', 'kubectl']) program(name);
    expect(build()).toMatchObject({ status: 0, stdout: `${cache()}\n`, stderr: '' });
  });

  it('says what to give instead on a machine that is no Debian, and leaves nothing', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const name of ['mkdir', 'sed', 'tar']) symlinkSync(`/bin/${name}`, join(bin, name));
    const { status, stdout, stderr } = build({ PATH: bin });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('this machine has no apt-get');
    expect(stderr).toMatch(/KUBEBUILDER_ASSETS.*KUBECONFIG and ALLOY_TEST_CLUSTER=1/);
    expect(readdirSync(folder)).toEqual(['bin']);
  });

  it('is asked for in one line where there is none', () => {
    program('etcd');
    const { status, stdout, stderr } = run(process.execPath, ['scripts/test-control-plane.mjs'], {});
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^there is no Kubernetes API server for the tests: run npm run setup:control-plane .*KUBEBUILDER_ASSETS.*ALLOY_TEST_CLUSTER=1 .*\n$/);
  });
});
