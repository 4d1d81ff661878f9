import { hashText } from '../hash-text';
import type { PlaygroundObject } from '../objects';
import { timestamp, type Store } from '../store';

export interface CoreEvent extends PlaygroundObject {
  readonly count: number;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
}

const KEPT = 400;

/** Records Kubernetes events about objects; repeated events are counted, and only the latest 400 are kept. */
export class EventRecorder {
  private readonly names: string[] = [];

  constructor(
    private readonly store: Store,
    private readonly clock: () => Date,
    private readonly component: string,
  ) {}

  record(about: PlaygroundObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const namespace = about.metadata.namespace ?? 'default';
    const name = `${about.metadata.name}.${hashText(`${about.metadata.uid}/${reason}/${message}`).toString(16).padStart(8, '0')}`;
    const now = timestamp(this.clock());
    const known = this.store.get<CoreEvent>({ resource: 'events', namespace, name });
    if (known) {
      this.store.update({ ...known, count: known.count + 1, lastTimestamp: now });
      return;
    }
    const { apiVersion, kind, metadata } = about;
    const involvedObject = {
      apiVersion, kind, name: metadata.name, namespace: metadata.namespace, uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    };
    const common = {
      type, reason, message, involvedObject,
      source: { component: this.component },
      reportingComponent: this.component,
      reportingInstance: '',
    };
    this.store.create<CoreEvent>({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      ...common,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
    });
    this.forgetOldest(namespace, name);
  }

  private forgetOldest(namespace: string, name: string): void {
    this.names.push(`${namespace}/${name}`);
    if (this.names.length <= KEPT) return;
    const [oldNamespace, oldName] = this.names.shift()!.split('/') as [string, string];
    const ref = { resource: 'events', namespace: oldNamespace, name: oldName };
    if (this.store.get(ref)) this.store.delete(ref);
  }
}
