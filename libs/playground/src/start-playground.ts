import { join } from 'node:path';
import { startApi, type Admit } from './api';
import type { OnError } from './controllers/work-queue';
import { keptCertificate, keptToken, kubeconfig } from './kubeconfig';
import { persist, writeAtomically } from './persistence';
import { startNodes } from './start-nodes';
import { Store } from './store';
import { defaultTimings, type Timings } from './timings';
import type { Traffic } from './traffic/traffic';
import { trafficRoutes } from './traffic/traffic-routes';

export interface PlaygroundOptions {
  /** Folder of its state, created if needed, mode 0700: objects, token, kubeconfig. */
  readonly home: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Determines ids, latencies, failing requests and the traffic's endpoints; default 1. */
  readonly seed?: number;
  /** Milliseconds; default: `defaultTimings`. */
  readonly timings?: Partial<Timings>;
  /** Path of the kubeconfig; default `<home>/kubeconfig`. */
  readonly kubeconfigPath?: string;
  /** Simulated admission webhooks. Default: nothing is denied. */
  readonly admit?: Admit;
  /** Default the system's. */
  readonly clock?: () => Date;
  /** Called with the error of a controller, which retries; default: a line on stderr. */
  readonly onError?: OnError;
}

export interface Playground {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly token: string;
  readonly kubeconfigPath: string;
  readonly store: Store;
  readonly traffic: Traffic;
  /** Resolves when no port is open and the state is on disk. */
  stop(): Promise<void>;
}

const complain: OnError = (error, key) =>
  void process.stderr.write(
    `${JSON.stringify({ level: 'error', key, msg: error instanceof Error ? (error.stack ?? error.message) : String(error) })}\n`,
  );

/**
 * Starts a cluster in this process: API, controllers, pods as real listeners, and traffic; restores the state in
 * `home`.
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { home, port = 0, host, seed = 1, clock = () => new Date(), onError = complain, admit } = options;
  const store = new Store({ seed, clock });
  const save = persist(store, home);
  const token = keptToken(join(home, 'token'));
  const certificate = keptCertificate(join(home, 'tls.json'));
  const nodes = startNodes({ store, clock, seed, timings: { ...defaultTimings, ...options.timings }, onError, admit });
  const hooks = {
    podAddress: nodes.kubelet.addressOf.bind(nodes.kubelet),
    podLog: nodes.kubelet.logOf.bind(nodes.kubelet),
    admit,
    routes: trafficRoutes(nodes.traffic),
  };
  try {
    const api = await startApi({ store, port, host, token, certificate, clock, hooks });
    const kubeconfigPath = options.kubeconfigPath ?? join(home, 'kubeconfig');
    writeAtomically(kubeconfigPath, kubeconfig(api.secureUrl ?? api.url, token, certificate));
    const stop = async (): Promise<void> => {
      await api.close();
      await nodes.stop();
      save();
    };
    return { url: api.url, token, kubeconfigPath, store, traffic: nodes.traffic, stop };
  } catch (error) {
    await nodes.stop();
    save();
    throw error;
  }
}
