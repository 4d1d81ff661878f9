import type { KubeObject } from '@alloy/contracts';

/** The parts of a pod template that Alloy reads or rewrites; everything else passes through untouched. */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly [key: string]: unknown };
  readonly spec: PodSpec;
}
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly [key: string]: unknown;
}
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFrom[];
  readonly [key: string]: unknown;
}
interface Named {
  readonly name?: string;
  readonly [key: string]: unknown;
}
export interface EnvVar {
  readonly name: string;
  readonly valueFrom?: { readonly configMapKeyRef?: Named; readonly secretKeyRef?: Named; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}
export interface EnvFrom {
  readonly configMapRef?: Named;
  readonly secretRef?: Named;
  readonly [key: string]: unknown;
}
export interface Volume {
  readonly name: string;
  readonly configMap?: Named;
  readonly secret?: { readonly secretName?: string; readonly [key: string]: unknown };
  readonly projected?: { readonly sources?: ReadonlyArray<{ readonly configMap?: Named; readonly secret?: Named; readonly [key: string]: unknown }>; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: ReadonlyArray<{ readonly key: string; readonly operator: string; readonly values?: readonly string[] }>;
}

export interface DeploymentStrategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
}

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly strategy?: DeploymentStrategy;
    readonly [key: string]: unknown;
  };
  readonly status?: { readonly observedGeneration?: number; readonly replicas?: number; readonly readyReplicas?: number; readonly updatedReplicas?: number; /** Since Kubernetes 1.35, 0 too. */ readonly terminatingReplicas?: number; readonly conditions?: readonly Condition[]; readonly [key: string]: unknown };
}

export const isDeployment = (object: KubeObject): object is Deployment => object.kind === 'Deployment';

export interface OwnerReference {
  readonly uid: string;
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  (object.metadata['ownerReferences'] as readonly OwnerReference[] | undefined)?.find((owner) => owner.controller);

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly startTime?: string;
  readonly reason?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}
export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}
export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly message?: string };
}

export const podStatus = (pod: KubeObject): PodStatus => (pod['status'] as PodStatus | undefined) ?? {};
export const isTerminating = (object: KubeObject): boolean => object.metadata['deletionTimestamp'] !== undefined;
/** Ready, and not on its way out. */
export const isReady = (pod: KubeObject): boolean =>
  !isTerminating(pod) && (podStatus(pod).conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false);
const hasEnded = (pod: KubeObject): boolean => podStatus(pod).phase === 'Failed' || podStatus(pod).phase === 'Succeeded';
/** Failed and succeeded pods are no longer of use. */
export const isActive = (pod: KubeObject): boolean => !isTerminating(pod) && !hasEnded(pod);
/** Deleted, but its containers still run: it answers on connections that are open. */
export const isDraining = (pod: KubeObject): boolean => isTerminating(pod) && !hasEnded(pod);
