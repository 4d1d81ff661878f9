import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import versions from '../../scripts/control-plane/versions.json';

const root = join(__dirname, '..', '..');
const PROGRAMS = ['kubectl', 'etcd', 'kube-controller-manager', 'kube-apiserver'];

/**
 * A substitute for Go: it records each build. If $HOME has a file `slow`, a build waits for the file `finish`. The
 * build of the program in the file `broken` fails.
 */
const GO = `#!/bin/sh
case $1 in
  env) echo "$HOME/go-cache" ;;
  list) printf 'one\\ntwo\\n' ;;
  build)
    for word; do [ "$before" = -o ] && target=$word; before=$word; done
    name=\${target##*/.} && name=\${name%.new}
    echo "$name in $PWD by GOTOOLCHAIN=$GOTOOLCHAIN: $*" >>"$HOME/builds"
    echo some/package >&2
    while [ -e "$HOME/slow" ] && [ ! -e "$HOME/finish" ]; do sleep 0.02; done
    if [ "$(cat "$HOME/broken" 2>/dev/null)" = "$name" ]; then echo "x.go:1: undefined: y" >&2 && exit 1; fi
    printf '#!/bin/sh\\n' >"$target" && chmod 755 "$target" ;;
esac
`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('npm run setup:control-plane', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alloy-setup-'));
    for (const name of ['bash', 'cat', 'chmod', 'dirname', 'flock', 'mkdir', 'mv', 'sed', 'sh', 'sleep', 'wc']) link(name);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const bin = (): string => join(folder, 'bin');
  const link = (name: string): void => {
    mkdirSync(bin(), { recursive: true });
    symlinkSync(['/bin', '/usr/bin'].map((place) => join(place, name)).find(existsSync)!, join(bin(), name));
  };
  const withGo = (): void => writeFileSync(join(bin(), 'go'), GO, { mode: 0o755 });
  const run = (command: string, args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(command, args, { cwd: root, env: { PATH: bin(), HOME: folder } }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  const build = (...args: readonly string[]): Promise<Ended> => run('/bin/bash', ['scripts/control-plane/build.sh', ...args]);
  const cache = (version = versions.default): string => join(folder, '.cache', 'alloy', 'control-plane', version);
  const builds = (): readonly string[] => readFileSync(join(folder, 'builds'), 'utf8').trimEnd().split('\n');
  const names = (): readonly string[] => builds().map((line) => line.split(' ')[0]!);

  it('builds the four programs from the pinned modules, reports each, and prints their folder', async () => {
    withGo();
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([0, `${cache()}\n`]);
    expect(names()).toEqual(PROGRAMS);
    expect(builds().at(-1)).toContain(`in ${root}/scripts/control-plane/kubernetes/${versions.default} by GOTOOLCHAIN=auto`);
    expect(builds().at(-1)).toContain(
      `gitVersion=v${versions.default} -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37`,
    );
    for (const name of PROGRAMS) expect(stderr).toMatch(new RegExp(`^control plane: ${name}: built in \\d+ s$`, 'm'));
    expect(stderr).toContain(`an interrupted build continues from Go's cache (${folder}/go-cache)`);
  });

  it('does not build an existing program again', async () => {
    withGo();
    await build('kubectl');
    expect(await build('kubectl')).toEqual({ code: 0, stdout: `${cache()}\n`, stderr: '' });
    expect(names()).toEqual(['kubectl']);
    await build();
    expect(names()).toEqual(PROGRAMS);
  });

  it('builds each version into a separate folder', async () => {
    withGo();
    await build();
    expect((await build('--kubernetes', versions.oldest)).stdout).toBe(`${cache(versions.oldest)}\n`);
    expect(builds().at(-1)).toContain(`kubernetes/${versions.oldest} `);
    expect(names()).toEqual([...PROGRAMS, ...PROGRAMS]);
  });

  it('builds once if two runs start at the same time', async () => {
    withGo();
    writeFileSync(join(folder, 'slow'), '');
    const both = [build('kubectl'), build('kubectl')];
    while (!existsSync(join(folder, 'builds'))) await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(join(folder, 'finish'), '');
    expect((await Promise.all(both)).map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, `${cache()}\n`],
      [0, `${cache()}\n`],
    ]);
    expect(names()).toEqual(['kubectl']);
  });

  it('continues with the failed program in the next run, and shows the output of the compiler', async () => {
    withGo();
    writeFileSync(join(folder, 'broken'), 'kube-controller-manager');
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('x.go:1: undefined: y');
    expect(stderr).toContain('kube-controller-manager could not be compiled');
    expect(
      readdirSync(cache())
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['etcd', 'kubectl']);
    rmSync(join(folder, 'broken'));
    expect((await build()).code).toBe(0);
    expect(names()).toEqual(['kubectl', 'etcd', 'kube-controller-manager', 'kube-controller-manager', 'kube-apiserver']);
  });

  it('explains the alternatives on a machine without Go, and leaves no file', async () => {
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('this machine has no go (https://go.dev/dl)');
    expect(stderr).toMatch(/KUBEBUILDER_ASSETS.*envtest.*KUBECONFIG and ALLOY_TEST_CLUSTER=1/);
    expect(readdirSync(folder)).toEqual(['bin']);
  });

  it.each([['--kubernetes', 'latest'], ['kube-scheduler']])('refuses the arguments %s %s', async (...args) => {
    withGo();
    expect(await build(...args)).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(join(folder, 'builds'))).toBe(false);
  });

  it('is named in one line by the suite if no control plane is built, of this version or of any', async () => {
    const suite = (...args: readonly string[]): Promise<Ended> => run(process.execPath, ['scripts/test-control-plane.mjs', ...args]);
    expect(await suite()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^there is no Kubernetes API server for the tests: run npm run setup:control-plane .*KUBEBUILDER_ASSETS.*ALLOY_TEST_CLUSTER=1 .*\n$/,
      ),
    });
    expect(await suite('--kubernetes', '1.34.4')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Kubernetes 1.34.4 is not built: npm run setup:control-plane -- --kubernetes 1.34.4\n',
    });
  });
});
