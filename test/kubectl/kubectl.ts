import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real kubectl for one cluster, with its own home folder. */
export class Kubectl {
  private readonly running = new Set<ChildProcess>();

  constructor(
    private readonly binary: string,
    private readonly kubeconfig: string,
    private readonly home: string,
  ) {}

  /** Runs kubectl to its end and returns the result for any exit code. */
  run(args: readonly string[], input = ''): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(this.binary, [...this.common(), ...args], { env: this.env(), timeout: 60_000 }, (error, stdout, stderr) => {
        this.running.delete(child);
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr });
      });
      this.running.add(child);
      child.stdin?.end(input);
    });
  }

  /** The output of a run that must exit with 0. */
  async output(args: readonly string[], input = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Starts a kubectl that runs until `stop`; `lines` grows as it prints. */
  follow(args: readonly string[]): { readonly lines: readonly string[]; stop(): Promise<void> } {
    const child = spawn(this.binary, [...this.common(), ...args], { env: this.env(), stdio: ['ignore', 'pipe', 'ignore'] });
    this.running.add(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const stop = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
      this.running.delete(child);
    };
    return { lines, stop };
  }

  /** Stops all runs. */
  stop(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }

  private common(): string[] {
    return ['--kubeconfig', this.kubeconfig, '--cache-dir', join(this.home, 'cache')];
  }

  // Keeps the developer's own configuration of kubectl out.
  private env(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.home };
  }
}
