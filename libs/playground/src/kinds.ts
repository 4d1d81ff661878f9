import type { ObjectMeta, PlaygroundObject } from './objects';

/** The fields of Kubernetes' kinds that controllers and pods read; other fields are kept unchanged. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: ReadonlyArray<{
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }>;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

export type IntOrPercent = number | string;

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}
export interface SourceRef {
  readonly name: string;
  readonly optional?: boolean;
}

/** Quantities by resource, such as `cpu`. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string | undefined>>;
  readonly limits?: Readonly<Record<string, string | undefined>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: ReadonlyArray<{ readonly name?: string; readonly containerPort: number; readonly protocol?: string }>;
  readonly env?: ReadonlyArray<{
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly configMapKeyRef?: KeyRef; readonly secretKeyRef?: KeyRef };
  }>;
  readonly envFrom?: ReadonlyArray<{ readonly prefix?: string; readonly configMapRef?: SourceRef; readonly secretRef?: SourceRef }>;
  /**
   * For an init container `Always` makes it a sidecar, which runs beside the others; absent: it must end before they
   * start.
   */
  readonly restartPolicy?: 'Always';
  readonly resources?: Resources;
  readonly readinessProbe?: { readonly initialDelaySeconds?: number; readonly httpGet?: { readonly path?: string } };
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly [key: string]: unknown;
}

export interface PodTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: PodSpec;
}

export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | {
      readonly terminated: {
        readonly exitCode: number;
        readonly reason: string;
        readonly startedAt: string;
        readonly finishedAt: string;
        readonly message?: string;
      };
    };

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: ContainerState | Readonly<Record<string, never>>;
  /** Resources in effect (Kubernetes 1.33); a server does not resize a pod whose status lacks them. */
  readonly resources?: Resources;
}

export interface PodStatus {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly conditions?: readonly Condition[];
  readonly podIP?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly [key: string]: unknown;
}

export interface Pod extends PlaygroundObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export interface ReplicaSetStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  /** Deleted pods that still run; 0 is included (Kubernetes 1.35). */
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}
export interface ReplicaSet extends PlaygroundObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
  };
  readonly status?: ReplicaSetStatus;
}

export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  /** Deleted pods that still run; 0 is included (Kubernetes 1.35). */
  readonly terminatingReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
}
export interface Deployment extends PlaygroundObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly selector: LabelSelector;
    readonly strategy?: {
      readonly type?: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: { readonly maxSurge?: IntOrPercent; readonly maxUnavailable?: IntOrPercent };
    };
    readonly template: PodTemplate;
  };
  readonly status?: DeploymentStatus;
}

export interface StatefulSet extends PlaygroundObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: PodTemplate;
    readonly updateStrategy?: { readonly type?: 'RollingUpdate' | 'OnDelete' };
  };
  readonly status?: { readonly currentRevision?: string };
}

export interface DaemonSet extends PlaygroundObject {
  readonly spec: { readonly template: PodTemplate; readonly updateStrategy?: { readonly type?: 'RollingUpdate' | 'OnDelete' } };
}

export interface Job extends PlaygroundObject {
  readonly spec: {
    readonly completions?: number;
    readonly backoffLimit?: number;
    readonly suspend?: boolean;
    readonly template: PodTemplate;
  };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly [key: string]: unknown };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}
export interface Service extends PlaygroundObject {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
    readonly type?: string;
  };
}

export interface Endpoint {
  readonly addresses: readonly string[];
  /** `ready` absent means ready. */
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly nodeName?: string;
  readonly targetRef?: { readonly kind: 'Pod'; readonly namespace?: string; readonly name: string; readonly uid?: string };
}
export interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
}
/** A part of a Service's endpoints; the label `kubernetes.io/service-name` names the Service. */
export interface EndpointSlice extends PlaygroundObject {
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  /** null: none, as the real controller writes it. */
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports?: readonly EndpointPort[];
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export interface ResourceQuota extends PlaygroundObject {
  readonly spec: { readonly hard?: Readonly<Record<string, string | number>> };
  readonly status?: { readonly hard: Readonly<Record<string, string | number>>; readonly used: Readonly<Record<string, string>> };
}

/** A condition on a header or a parameter of the query. */
export interface ValueMatch {
  /** Default Exact. */
  readonly type?: string;
  readonly name: string;
  readonly value: string;
}
export interface RouteMatch {
  /** Default: the prefix `/`. */
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly method?: string;
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
}
export interface RouteFilter {
  readonly type: string;
  /** `percent`: default 100. */
  readonly requestMirror?: { readonly backendRef: RouteBackend; readonly percent?: number };
}
export interface RouteRule {
  readonly matches?: readonly RouteMatch[];
  readonly filters?: readonly RouteFilter[];
  readonly backendRefs?: readonly RouteBackend[];
}
export interface RouteBackend {
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  /** Default 1. */
  readonly weight?: number;
  /** Of the responses of this backend alone. */
  readonly filters?: readonly BackendFilter[];
}
export interface BackendFilter {
  readonly responseHeaderModifier?: { readonly add?: ReadonlyArray<{ readonly name: string; readonly value: string }> };
}
export interface RouteParent {
  readonly parentRef: Readonly<Record<string, unknown>>;
  readonly controllerName: string;
  readonly conditions: ReadonlyArray<Condition & { readonly observedGeneration: number }>;
}
/** An HTTPRoute or a GRPCRoute of the Gateway API. */
export interface HttpRoute extends PlaygroundObject {
  readonly spec?: {
    readonly parentRefs?: ReadonlyArray<Readonly<Record<string, unknown>>>;
    readonly rules?: readonly RouteRule[];
  };
  readonly status?: { readonly parents?: readonly RouteParent[] };
}

export interface IngressPath {
  readonly path?: string;
  /** `Exact`; otherwise a prefix of whole elements. */
  readonly pathType?: string;
  readonly backend: { readonly service?: { readonly name: string } };
}
/** An Ingress; its annotations are those of ingress-nginx. */
export interface Ingress extends PlaygroundObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly rules?: ReadonlyArray<{ readonly host?: string; readonly http?: { readonly paths: readonly IngressPath[] } }>;
  };
}
