import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { tether } from '@alloy/embedded';

const main = resolve(__dirname, '../../../../dist/apps/start/main.js');

/** The built supervisor in a separate process, and its output. */
export class StartedAlloy {
  output = '';
  private readonly child: ChildProcess;
  private readonly untether: () => void;
  /** Its exit code, once all output has arrived. */
  readonly exit: Promise<number | null>;

  constructor(readonly home: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ALLOY_HOME: home, APP_PORT: '0', ...env } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.untether = tether(this.child.pid!, 'TERM');
    this.exit = once(this.child, 'close').then(([code]) => {
      this.untether();
      return code as number | null;
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when the final block has been printed; rejects with all output if the process ends before. */
  async up(): Promise<this> {
    const block = new Promise<this>((done) => {
      const check = (): void => void (this.output.includes('Ctrl-C stops everything') && done(this));
      this.child.stdout!.on('data', check);
      check();
    });
    const ended = this.exit.then((code) => Promise.reject(new Error(`ended with ${code}:\n${this.output}`)));
    ended.catch(() => undefined);
    return Promise.race([block, ended]);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  at(name: string): string {
    return join(this.home, name);
  }
}

/** Whether a server listens there. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: 5_000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
