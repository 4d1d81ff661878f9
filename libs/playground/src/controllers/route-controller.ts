import { isDeepStrictEqual } from 'node:util';
import type { HttpRoute, RouteParent } from '../kinds';
import { keyOf, refOf } from './ownership';
import { QueuedController } from './queued-controller';

const CONTROLLER = 'playground.alloy.dev/gateway';
const RESOURCES = ['httproutes.gateway.networking.k8s.io', 'grpcroutes.gateway.networking.k8s.io'];

/** Accepts each spec of a route for all its parents, as the controller of a Gateway does. */
export class RouteController extends QueuedController {
  start(): void {
    const { store } = this.context;
    for (const resource of RESOURCES) {
      this.watch(resource, ({ object }) => this.queue.add(`${resource} ${keyOf(object)}`));
      for (const route of store.list(resource)) this.queue.add(`${resource} ${keyOf(route)}`);
    }
  }

  protected reconcile(key: string): void {
    const { store, clock } = this.context;
    const [resource, name] = key.split(' ') as [string, string];
    const route = store.get<HttpRoute>(refOf(resource, name));
    if (!route) return;
    const since = (parent: number): string | undefined => route.status?.parents?.[parent]?.conditions[0]?.lastTransitionTime;
    const parents = (route.spec?.parentRefs ?? []).map((parentRef, index): RouteParent => ({
      parentRef,
      controllerName: CONTROLLER,
      conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
        type, status: 'True', reason: type, message: '', observedGeneration: route.metadata.generation ?? 0,
        lastTransitionTime: since(index) ?? clock().toISOString(),
      })),
    }));
    if (!isDeepStrictEqual(route.status?.parents ?? [], parents)) {
      store.update<HttpRoute>({ ...route, status: { parents } }, { subresource: 'status' });
    }
  }
}
