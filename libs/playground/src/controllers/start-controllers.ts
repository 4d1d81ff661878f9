import type { Admit } from '../api';
import type { Store } from '../store';
import type { Controller, ControllerContext } from './controller-context';
import { DaemonSetController } from './daemon-set-controller';
import { DeploymentController } from './deployment-controller';
import { EndpointSliceController } from './endpoint-slice-controller';
import { EventRecorder } from './event-recorder';
import { GarbageCollector } from './garbage-collector';
import { JobController } from './job-controller';
import { NamespaceController } from './namespace-controller';
import { ReplicaSetController } from './replicaset-controller';
import { ResourceQuotaController } from './resource-quota-controller';
import { RouteController } from './route-controller';
import { StatefulSetController } from './stateful-set-controller';
import type { OnError } from './work-queue';

export interface StartOptions {
  readonly store: Store;
  readonly clock: () => Date;
  readonly onError: OnError;
  readonly admit?: Admit;
}

/** Starts all controllers on a store; returns a function that stops them. */
export function startControllers({ store, clock, onError, admit }: StartOptions): () => void {
  const contextOf = (component: string): ControllerContext => ({
    store, clock, onError, admit,
    events: new EventRecorder(store, clock, component),
  });
  const controllers: Controller[] = [
    new NamespaceController(contextOf('namespace-controller')),
    new GarbageCollector(contextOf('garbage-collector')),
    new DeploymentController(contextOf('deployment-controller')),
    new ReplicaSetController(contextOf('replicaset-controller')),
    new StatefulSetController(contextOf('statefulset-controller')),
    new DaemonSetController(contextOf('daemonset-controller')),
    new JobController(contextOf('job-controller')),
    new ResourceQuotaController(contextOf('resourcequota-controller')),
    new EndpointSliceController(contextOf('endpointslice-controller')),
    new RouteController(contextOf('gateway-controller')),
  ];
  for (const controller of controllers) controller.start();
  return () => {
    for (const controller of controllers) controller.stop();
  };
}
