import type { Pod } from '@alloy/playground/pods';
import type { Store } from '../../../libs/playground/src/store';
import { becomesReady, HollowPages, hollowStatus } from './hollow-pod';

const NODE = 'hollow-node';
const HOST_IP = '127.18.0.1';
const PER_BYTE = 250;

/**
 * The hollow node of a playground, which works on the playground's store: no pod runs, and each is reported with a
 * separate loopback address.
 */
export class HollowKubelet {
  /** Uids of reported pods: a later event may still contain the state of a pod before its report. */
  private readonly known = new Set<string>();
  private given = 0;
  private anyReady = false;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly pages: HollowPages,
  ) {}

  start(): void {
    this.unsubscribe = this.store.watch('pods', ({ type, object }) => {
      const pod = object as Pod;
      const uid = pod.metadata.uid!;
      if (type === 'DELETED') return void this.known.delete(uid);
      if (pod.metadata.deletionTimestamp !== undefined) return this.remove(pod);
      if (this.known.has(uid)) return;
      this.known.add(uid);
      this.report(pod, this.nextAddress());
    });
  }

  stop(): void {
    this.unsubscribe();
  }

  /** The number of pods that are not ready. */
  get waiting(): number {
    return this.unready().length;
  }

  /** All pods that are not ready become so now, and those that come later become so at once, whatever their tag. */
  makeReady(): void {
    this.anyReady = true;
    for (const pod of this.unready()) this.report(pod, pod.status!.podIP!);
  }

  private unready(): readonly Pod[] {
    return this.store.list<Pod>('pods').filter(({ status }) => status?.containerStatuses?.some(({ ready }) => !ready));
  }

  private report(pod: Pod, podIP: string): void {
    const { namespace, name } = pod.metadata;
    const live = this.store.get<Pod>({ resource: 'pods', namespace, name });
    if (!live || live.metadata.uid !== pod.metadata.uid) return;
    const placed = live.spec.nodeName === undefined ? this.store.update<Pod>({ ...live, spec: { ...live.spec, nodeName: NODE } }) : live;
    const status = hollowStatus(placed, { podIP, hostIP: HOST_IP }, this.anyReady || becomesReady(placed));
    this.store.update<Pod>({ ...placed, status }, { subresource: 'status' });
  }

  private remove({ metadata: { namespace, name, uid } }: Pod): void {
    const ref = { resource: 'pods', namespace, name };
    if (this.store.get(ref)?.metadata.uid === uid) this.store.delete(ref, { uid, gracePeriodSeconds: 0 });
  }

  /** Returns each address of 127.18.0.0/16 once. */
  private nextAddress(): string {
    this.given += 1;
    const podIP = `127.18.${1 + Math.floor(this.given / PER_BYTE)}.${1 + (this.given % PER_BYTE)}`;
    this.pages.start(podIP);
    return podIP;
  }
}
