import { freePort, until } from '@alloy/embedded';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keepsLogs } from '../../support/keeps-logs';
import { ServerProcess } from '../servers/server-process';
import type { DataPlanePrograms } from '../support/endpoint';

export interface DataPlaneOptions extends DataPlanePrograms {
  /** The Gateway that Contour programs. */
  readonly gateway: { readonly namespace: string; readonly name: string };
}

const LOOPBACK = '127.0.0.1';
const READY_MS = 60_000;
/** Contour adds this to the port of a listener in the Gateway, and Envoy listens on the sum. */
const CONTOUR_OFFSET = 8_000;

/**
 * Contour, which translates the routes of one Gateway, and Envoy, which takes the requests, as processes on loopback
 * and free ports. They run in the network namespace of this process, in which the pods' addresses are local. Both end
 * with this process, even if it is killed.
 */
export class DataPlane {
  private readonly running: ServerProcess[] = [];
  private readonly dir = mkdtempSync(join(tmpdir(), 'alloy-data-plane-'));
  private loss: string | undefined;
  private reportLoss: (why: string) => void = () => undefined;
  /** Resolves with the reason on the first unexpected end of Contour or Envoy; otherwise it never resolves. */
  readonly lost = new Promise<string>((resolve) => (this.reportLoss = resolve));

  private constructor(
    private readonly options: DataPlaneOptions,
    /** The port on which Envoy takes requests for the Gateway. */
    readonly port: number,
  ) {}

  /** Resolves when both are ready. If the start fails, it leaves no process. The Gateway need not exist yet. */
  static async start(options: DataPlaneOptions): Promise<DataPlane> {
    const dataPlane = new DataPlane(options, await freePort());
    try {
      await dataPlane.up();
      return dataPlane;
    } catch (error) {
      await dataPlane.end();
      throw error;
    }
  }

  /** The port that the Gateway's listener must have. */
  get listenerPort(): number {
    return this.port - CONTOUR_OFFSET;
  }

  /** The response of Envoy's administration interface; its changes need POST. */
  async admin(path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
    const { status, body } = await ask({ socketPath: this.adminSocket, path, method });
    if (status !== 200) throw new Error(`Envoy answered ${path} with ${status}: ${body}`);
    return body;
  }

  /** Rejects if Contour or Envoy has ended before. */
  async stop(): Promise<void> {
    await this.end();
    if (this.loss !== undefined) throw new Error(this.loss);
  }

  private get adminSocket(): string {
    return join(this.dir, 'admin.sock');
  }

  private async up(): Promise<void> {
    const { kubeconfig, gateway } = this.options;
    const [xds, health] = [await freePort(), await freePort()];
    const config = join(this.dir, 'contour.json');
    // Contour ignores the port 0, which would mean none.
    writeFileSync(config, JSON.stringify({ gateway: { gatewayRef: gateway }, network: { 'admin-port': await freePort() } }));
    const ports = { xds, health, http: await freePort(), stats: await freePort(), 'debug-http': await freePort() };
    await this.run('contour', [
      'serve', `--kubeconfig=${kubeconfig}`, '--insecure', '--disable-leader-election', `--config-path=${config}`,
      ...Object.entries(ports).flatMap(([name, port]) => [`--${name}-address=${LOOPBACK}`, `--${name}-port=${port}`]),
      `--envoy-service-http-address=${LOOPBACK}`,
    ]);
    await this.ready('contour', { host: LOOPBACK, port: health, path: '/healthz' });
    await this.startEnvoy(xds);
  }

  private async startEnvoy(xds: number): Promise<void> {
    const bootstrap = join(this.dir, 'envoy.json');
    await promisify(execFile)(join(this.options.assets, 'contour'), [
      'bootstrap', bootstrap, `--xds-address=${LOOPBACK}`, `--xds-port=${xds}`, `--admin-address=${this.adminSocket}`,
    ]);
    await this.run('envoy', [
      '--config-path', bootstrap, '--service-cluster', 'projectcontour', '--service-node', 'test', '--concurrency', '1',
      // A hot restart would share memory by the machine's names for it, also with the Envoy of another run.
      '--disable-hot-restart',
    ]);
    await this.ready('envoy', { socketPath: this.adminSocket, path: '/ready' });
  }

  private async run(name: string, args: readonly string[]): Promise<void> {
    const onLost = (why: string): void => this.reportLoss((this.loss ??= why));
    const command = join(this.options.assets, name);
    this.running.push(await ServerProcess.start({ name, command, args, cwd: this.dir, log: this.log(name), onLost }));
  }

  private async ready(name: string, at: At): Promise<void> {
    const isReady = async (): Promise<boolean> => (await ask(at).catch(() => undefined))?.status === 200;
    const ready = await until(async () => this.loss ?? ((await isReady()) && 'yes'), { timeoutMs: READY_MS, everyMs: 50 });
    if (ready !== 'yes') throw new Error(ready ?? `${name} was not ready after ${READY_MS / 1_000} s, see ${this.log(name)}`);
  }

  private log(name: string): string {
    return join(this.dir, `${name}.log`);
  }

  private async end(): Promise<void> {
    for (const one of this.running.splice(0).reverse()) await one.kill();
    if (!keepsLogs()) rmSync(this.dir, { recursive: true, force: true });
  }
}

interface At {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly path: string;
  readonly method?: string;
}

function ask(at: At): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request({ ...at, agent: false, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => void chunks.push(chunk))
        .once('error', reject)
        .once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    })
      .once('timeout', function (this: { destroy(error: Error): void }) {
        this.destroy(new Error(`${at.path} was not answered in time`));
      })
      .once('error', reject)
      .end();
  });
}
