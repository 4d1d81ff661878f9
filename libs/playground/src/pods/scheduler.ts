import { EventRecorder } from '../controllers/event-recorder';
import type { Pod } from '../kinds';
import type { PlaygroundObject } from '../objects';
import { timestamp, type Store } from '../store';
import { NODE, NODE_CAPACITY } from './node';
import { noRoom, type NodeRoom } from './node-room';

interface NodeObject extends PlaygroundObject {
  readonly spec?: { readonly unschedulable?: boolean };
}

/** Assigns pods to the playground's only node, while it has room for what they request. */
export class Scheduler {
  private readonly events: EventRecorder;

  constructor(private readonly store: Store, private readonly clock: () => Date) {
    this.events = new EventRecorder(store, clock, 'default-scheduler');
  }

  /** The pod on its node; undefined: it waits, and its status has the reason. */
  place(pod: Pod): Pod | undefined {
    if (pod.spec.nodeName !== undefined) return pod;
    const onNode = this.store.list<Pod>('pods', undefined, (each) => (each as Pod).spec.nodeName === NODE);
    const message = noRoom(pod, this.node(), onNode);
    if (message !== undefined) return void this.refuse(pod, message);
    const placed = this.store.update<Pod>({ ...pod, spec: { ...pod.spec, nodeName: NODE } });
    this.events.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${NODE}`);
    return placed;
  }

  waiting(): readonly Pod[] {
    return this.store.list<Pod>('pods', undefined, (pod) => (pod as Pod).spec.nodeName === undefined);
  }

  private node(): NodeRoom {
    const node = this.store.get<NodeObject>({ resource: 'nodes', name: NODE });
    return { labels: node?.metadata.labels ?? {}, unschedulable: node?.spec?.unschedulable === true, allocatable: NODE_CAPACITY };
  }

  private refuse(pod: Pod, message: string): void {
    if (pod.status?.conditions?.some((condition) => condition.type === 'PodScheduled' && condition.message === message)) return;
    this.events.record(pod, 'Warning', 'FailedScheduling', message);
    const condition = {
      type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: timestamp(this.clock()),
    } as const;
    this.store.update<Pod>({ ...pod, status: { phase: 'Pending', conditions: [condition] } }, { subresource: 'status' });
  }
}
