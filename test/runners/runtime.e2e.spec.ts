import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';

const root = join(__dirname, '..', '..');

/** A clone that wants a Node which nobody has yet, and a script in it that prints its version. */
class Clone {
  readonly folder = mkdtempSync(join(tmpdir(), 'alloy-runtime-'));
  readonly children: ChildProcess[] = [];

  constructor() {
    for (const file of ['exit-code', 'install', 'root', 'runtime']) cpSync(join(root, 'scripts', 'lib', `${file}.mjs`), join(this.folder, 'scripts', 'lib', `${file}.mjs`));
    this.write('scripts/own.mjs', "import './lib/exit-code.mjs';\nimport './lib/runtime.mjs';\nconsole.log('on', process.versions.node);\nprocess.exitCode = 0;\n");
    this.wants('>=99');
    for (const lock of ['package-lock.json', 'node_modules/.package-lock.json']) this.write(lock, '{ "packages": {} }');
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  wants(node: string): void {
    this.write('package.json', JSON.stringify({ engines: { node } }));
  }

  /** As npm installs a Node. */
  installs(script: string): void {
    this.write('node_modules/.bin/node', `#!/bin/sh\n[ "$1" = -p ] && echo 99.1.0 && exit\n${script}\n`);
  }

  /** As one is that was made for another C library. */
  installsBroken(): void {
    this.write('node_modules/.bin/node', '#!/no/such/loader\n');
  }

  start(args: readonly string[] = []): { readonly child: ChildProcess; readonly printed: { stdout: string; stderr: string }; readonly code: Promise<number | null> } {
    const child = spawn(process.execPath, [join(this.folder, 'scripts', 'own.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.push(child);
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) child[stream]!.setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
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

  it('runs on the installed one with the same arguments, says so in one line, and ends with its exit code', async () => {
    clone.installs('echo "installed: $@"; exit 5');
    const { printed, code } = clone.start(['--project', 'two words']);
    expect(await code).toBe(5);
    expect(printed.stdout).toBe(`installed: ${join(clone.folder, 'scripts', 'own.mjs')} --project two words\n`);
    expect(printed.stderr).toMatch(new RegExp(`^Node 99.1.0 of node_modules is used: Alloy needs 99 or later, and .* is ${process.versions.node}\n$`));
  });

  it.each([['SIGTERM', 'TERM'], ['SIGINT', 'INT']] as const)('hands on %s, and waits for its end', async (signal, name) => {
    clone.installs(`trap 'echo ended in order; exit 0' ${name}\necho started\nwhile :; do sleep 0.05; done`);
    const { child, printed, code } = clone.start();
    await eventually(() => expect(printed.stdout).toBe('started\n'));
    child.kill(signal);
    expect(await code).toBe(0);
    expect(printed.stdout).toBe('started\nended in order\n');
  });

  it('ends as shells do when a signal ends the installed one', async () => {
    clone.installs('kill -9 $$');
    expect(await clone.start().code).toBe(137);
  });

  it.each([['there is none for this platform', false], ['it can not be run here', true]])('exits 1 and says what to install if %s', async (_, isInstalled) => {
    if (isInstalled) clone.installsBroken();
    const { printed, code } = clone.start();
    expect(await code).toBe(1);
    expect(printed).toEqual({ stdout: '', stderr: expect.stringMatching(/^Alloy needs Node 99 or later; this is .*: install Node 99\.\n$/) });
  });

  it('runs where it is if its Node is new enough', async () => {
    clone.wants('>=18');
    const { printed, code } = clone.start();
    expect(await code).toBe(0);
    expect(printed).toEqual({ stdout: `on ${process.versions.node}\n`, stderr: '' });
  });
});
