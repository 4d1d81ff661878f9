import type { Admit } from './api';
import { AutoscalerController } from './autoscaler/autoscaler-controller';
import { EventRecorder } from './controllers/event-recorder';
import { startControllers } from './controllers/start-controllers';
import type { OnError } from './controllers/work-queue';
import { Kubelet } from './pods/kubelet';
import type { Store } from './store';
import type { Timings } from './timings';
import { storeTraffic } from './traffic/store-traffic';
import { Traffic } from './traffic/traffic';

export interface NodesOptions {
  readonly store: Store;
  readonly clock: () => Date;
  readonly seed: number;
  readonly timings: Timings;
  readonly onError: OnError;
  readonly admit?: Admit;
}
export interface Nodes {
  readonly kubelet: Kubelet;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

/** Starts everything behind the API: controllers, the node with its pods, and traffic. */
export function startNodes(options: NodesOptions): Nodes {
  const stopControllers = startControllers(options);
  const kubelet = new Kubelet(options);
  kubelet.start();
  const events = new EventRecorder(options.store, options.clock, 'horizontal-pod-autoscaler');
  const autoscaler = new AutoscalerController({ ...options, events, cpuOf: (pod) => kubelet.cpuOf(pod) });
  autoscaler.start();
  const traffic = new Traffic({ ...options, source: storeTraffic(options.store, (pod, port) => kubelet.addressOf(pod, port)) });
  traffic.start();
  return {
    kubelet,
    traffic,
    stop: async () => {
      traffic.stop();
      autoscaler.stop();
      await kubelet.stop();
      stopControllers();
    },
  };
}
