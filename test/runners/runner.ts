import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');

export interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout. */
  readonly lastLine: string | undefined;
}

/** Runs the repository's scripts on specs of its own, without the reports and caches of the surrounding run. */
export class Runner {
  readonly folder = mkdtempSync(join(tmpdir(), 'alloy-runner-'));
  readonly reports = join(this.folder, 'reports');

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a Jest configuration in which each suite has these specs; returns its path, for `--config`. */
  config(suites: Readonly<Record<string, string>>, options: Readonly<Record<string, unknown>> = {}): string {
    const projects = Object.entries(suites).map(([displayName, spec]) => {
      const rootDir = join(this.folder, displayName);
      mkdirSync(rootDir);
      writeFileSync(join(rootDir, 'one.spec.js'), spec);
      return { displayName, rootDir, transform: {} };
    });
    const file = join(this.folder, 'jest.config.json');
    writeFileSync(file, JSON.stringify({ ...options, rootDir: this.folder, projects }));
    return file;
  }

  /** A PATH with Node and these programs only: without `unshare` the scripts cannot create a network namespace. */
  path(programs: readonly string[] = []): string {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const known = new Set(readdirSync(bin));
    for (const program of [process.execPath, ...programs.map((name) => `/bin/${name}`)]) {
      const name = program.slice(dirname(program).length + 1);
      if (!known.has(name)) symlinkSync(program, join(bin, name));
    }
    return bin;
  }

  /** Runs the command to its end. */
  run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const child = spawn(command, args, {
      cwd: root,
      env: { PATH: this.path(['sh', 'cat']), HOME: this.folder, TMPDIR: this.folder, ALLOY_REPORTS: this.reports, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...printed, lastLine: printed.stdout.trimEnd().split('\n').at(-1) }));
    });
  }

  script(name: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.run(process.execPath, [join('scripts', name), ...args], env);
  }
}
