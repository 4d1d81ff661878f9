import { readdirSync } from 'node:fs';
import versions from '../../scripts/control-plane/versions.json';
import { root, SetupMachine, type Ended } from './setup-machine';

const PROGRAMS = ['kubectl', 'etcd', 'kube-controller-manager', 'kube-apiserver'];
const WITHOUT = '--without-data-plane';

describe('npm run setup:control-plane', () => {
  let machine: SetupMachine;
  beforeEach(() => void (machine = new SetupMachine()));
  afterEach(() => machine.remove());

  it('builds the four programs from the pinned modules, reports each, and prints their folder', async () => {
    machine.withGo();
    const { code, stdout, stderr } = await machine.build(WITHOUT);
    expect([code, stdout]).toEqual([0, `${machine.cache()}\n`]);
    expect(machine.names()).toEqual(PROGRAMS);
    expect(machine.builds().at(-1)).toContain(`in ${root}/scripts/control-plane/kubernetes/${versions.default} by GOTOOLCHAIN=auto`);
    expect(machine.builds().at(-1)).toContain(
      `gitVersion=v${versions.default} -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37`,
    );
    for (const name of PROGRAMS) expect(stderr).toMatch(new RegExp(`^control plane: ${name}: built in \\d+ s$`, 'm'));
    expect(stderr).toContain(`an interrupted build continues from Go's cache (${machine.folder}/go-cache)`);
  });

  it('does not build an existing program again', async () => {
    machine.withGo();
    await machine.build('kubectl');
    expect(await machine.build('kubectl')).toEqual({ code: 0, stdout: `${machine.cache()}\n`, stderr: '' });
    expect(machine.names()).toEqual(['kubectl']);
    await machine.build(WITHOUT);
    expect(machine.names()).toEqual(PROGRAMS);
  });

  it('builds each version into a separate folder', async () => {
    machine.withGo();
    await machine.build(WITHOUT);
    expect((await machine.build(WITHOUT, '--kubernetes', versions.oldest)).stdout).toBe(`${machine.cache(versions.oldest)}\n`);
    expect(machine.builds().at(-1)).toContain(`kubernetes/${versions.oldest} `);
    expect(machine.names()).toEqual([...PROGRAMS, ...PROGRAMS]);
  });

  it('builds once if two runs start at the same time', async () => {
    machine.withGo();
    machine.write('slow', '');
    const both = [machine.build('kubectl'), machine.build('kubectl')];
    while (!machine.has('builds')) await new Promise((resolve) => setImmediate(resolve));
    machine.write('finish', '');
    expect((await Promise.all(both)).map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, `${machine.cache()}\n`],
      [0, `${machine.cache()}\n`],
    ]);
    expect(machine.names()).toEqual(['kubectl']);
  });

  it('continues with the failed program in the next run, and shows the output of the compiler', async () => {
    machine.withGo();
    machine.write('broken', 'kube-controller-manager');
    const { code, stdout, stderr } = await machine.build(WITHOUT);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('x.go:1: undefined: y');
    expect(stderr).toContain('kube-controller-manager could not be compiled');
    expect(
      readdirSync(machine.cache())
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['etcd', 'kubectl']);
    machine.delete('broken');
    expect((await machine.build(WITHOUT)).code).toBe(0);
    expect(machine.names()).toEqual(['kubectl', 'etcd', 'kube-controller-manager', 'kube-controller-manager', 'kube-apiserver']);
  });

  it('explains the alternatives on a machine without Go, and leaves no file', async () => {
    const { code, stdout, stderr } = await machine.build(WITHOUT);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('this machine has no go (https://go.dev/dl)');
    expect(stderr).toMatch(/KUBEBUILDER_ASSETS.*envtest.*KUBECONFIG and ALLOY_TEST_CLUSTER=1/);
    expect(readdirSync(machine.folder)).toEqual(['bin']);
  });

  it.each([['--kubernetes', 'latest'], ['kube-scheduler']])('refuses the arguments %s %s', async (...args) => {
    machine.withGo();
    expect(await machine.build(...args)).toMatchObject({ code: 1, stdout: '' });
    expect(machine.has('builds')).toBe(false);
  });

  it('is named in one line by the suite if no control plane is built, of this version or of any', async () => {
    const suite = (...args: readonly string[]): Promise<Ended> =>
      machine.run(process.execPath, ['scripts/test-control-plane.mjs', ...args]);
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
