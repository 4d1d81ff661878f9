import { isDeepStrictEqual } from 'node:util';
import type { ResourceQuota } from '../kinds';
import { keyOf, refOf } from './ownership';
import { usedPods } from './pod-quota';
import { QueuedController } from './queued-controller';

/** Maintains the status of each ResourceQuota: its limits and the pods in use. */
export class ResourceQuotaController extends QueuedController {
  start(): void {
    const { store } = this.context;
    this.watch('resourcequotas', ({ object }) => this.queue.add(keyOf(object)));
    this.watch('pods', ({ object }) => {
      for (const quota of store.list('resourcequotas', object.metadata.namespace)) this.queue.add(keyOf(quota));
    });
    for (const quota of store.list('resourcequotas')) this.queue.add(keyOf(quota));
  }

  protected reconcile(key: string): void {
    const { store } = this.context;
    const quota = store.get<ResourceQuota>(refOf('resourcequotas', key));
    if (!quota) return;
    const status = { hard: quota.spec.hard ?? {}, used: usedPods(store, quota) };
    if (!isDeepStrictEqual(quota.status, status)) store.update<ResourceQuota>({ ...quota, status }, { subresource: 'status' });
  }
}
