import type { KubeObject } from '@alloy/contracts';
import type { SharedInformers } from '../informers/shared-informers';
import { controllerOf } from '../controller-of';
import type { Deployment } from '../json';
import type { ModelCluster } from './model-cluster';

/** Watches of a model cluster. They report each change at once, until `silence` is called. */
export class ModelInformers implements Pick<
  SharedInformers,
  | 'follow'
  | 'unfollow'
  | 'isSynced'
  | 'failure'
  | 'workload'
  | 'ownedBy'
  | 'autoscalersIn'
  | 'replicaSet'
  | 'onChange'
  | 'compare'
  | 'retry'
> {
  synced = true;
  /** The reported HorizontalPodAutoscalers; undefined: they are not followed. */
  autoscalers: readonly KubeObject[] | undefined;
  private silent: readonly KubeObject[] | undefined;

  constructor(private readonly cluster: Pick<ModelCluster, 'all'>) {}

  /** Reports no further changes until `resume`. */
  silence(): void {
    this.silent = KINDS.flatMap((kind) => this.cluster.all(kind));
  }

  followers: readonly string[] = [];

  follow(namespace: string, follower: string): void {
    this.followers = [...this.followers, `${namespace} ${follower}`];
  }
  unfollow(namespace: string, follower: string): void {
    this.followers = this.followers.filter((known) => known !== `${namespace} ${follower}`);
  }
  isSynced(): boolean {
    return this.synced;
  }
  failure(): undefined {
    return undefined;
  }
  onChange(): () => void {
    return () => undefined;
  }
  retry(): void {}
  autoscalersIn(): readonly KubeObject[] | undefined {
    return this.autoscalers;
  }
  compare(): boolean {
    return false;
  }

  workload: SharedInformers['workload'] = (_namespace, name) => {
    const deployment = this.find('Deployment', name) as Deployment | undefined;
    return deployment && { deployment, ...this.ownedBy(deployment.metadata.uid ?? '') };
  };

  ownedBy: SharedInformers['ownedBy'] = (uid) => {
    const replicaSets = this.all('ReplicaSet').filter((set) => controllerOf(set)?.uid === uid);
    const uids = new Set(replicaSets.map(({ metadata }) => metadata.uid));
    return { replicaSets, pods: this.all('Pod').filter((pod) => uids.has(controllerOf(pod)?.uid)) };
  };

  replicaSet: SharedInformers['replicaSet'] = (_namespace, name) => this.find('ReplicaSet', name);

  /** Reports all changes again. */
  resume(): void {
    this.silent = undefined;
  }

  private all(kind: string): readonly KubeObject[] {
    return this.silent?.filter((object) => object.kind === kind) ?? this.cluster.all(kind);
  }

  private find(kind: string, name: string): KubeObject | undefined {
    return this.all(kind).find(({ metadata }) => metadata.name === name);
  }
}

const KINDS = ['Deployment', 'ReplicaSet', 'Pod'];
