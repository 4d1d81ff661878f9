import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@alloy/embedded';
import { eventually } from '../support/eventually';

/** An empty Nest application in a separate process. */
export class EmptyService {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<EmptyService> {
    const port = await freePort();
    const child = spawn(process.execPath, [join(__dirname, 'empty-service.js'), String(port)], { stdio: 'inherit' });
    const service = new EmptyService(child, `http://127.0.0.1:${port}`);
    await eventually(async () => void (await fetch(service.url, { method: 'POST' })), { timeoutMs: 30_000 });
    return service;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Sends SIGTERM; resolves when the process has ended. */
  async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }

  /** Sends SIGKILL. */
  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
  }
}
