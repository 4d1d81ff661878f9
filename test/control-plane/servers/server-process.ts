import { spawnDetached, tether, type Running } from '@alloy/embedded';
import { existsSync, readFileSync } from 'node:fs';

export interface ServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly log: string;
  /** Called once if the process ends before `kill`; the text contains the exit code and the last lines of the log. */
  readonly onLost: (why: string) => void;
}

const LAST_LINES = 12;

/** One of the control plane's programs: it ends with this process, and reports an unexpected end. */
export class ServerProcess {
  private expected = false;

  private constructor(
    private readonly process: Running,
    private readonly untether: () => void,
    options: ServerOptions,
  ) {
    void process.exited.then((code) => {
      if (!this.expected)
        options.onLost(
          `${options.name} ended by itself (${code === null ? 'by a signal' : `exit code ${code}`}): ${lastLines(options.log)}`,
        );
    });
  }

  static async start(options: ServerOptions): Promise<ServerProcess> {
    const process = await spawnDetached({ ...options, signal: 'SIGKILL' });
    return new ServerProcess(process, tether(process.pid, 'KILL'), options);
  }

  /** Sends SIGKILL, like a crash of its machine. Resolves when the process has ended. */
  async kill(): Promise<void> {
    this.expected = true;
    await this.process.stop();
    this.untether();
  }
}

function lastLines(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return `its log ends with\n${lines
    .slice(-LAST_LINES)
    .map((line) => `  ${line}`)
    .join('\n')}`;
}
