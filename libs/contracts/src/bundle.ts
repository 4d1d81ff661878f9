/** Any Kubernetes object as JSON. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/**
 * A release's manifests after validation: namespace set, image tag replaced, exactly one Deployment. Stored only
 * sealed; in clear only in memory.
 */
export interface Bundle {
  readonly workload: string;
  readonly objects: readonly KubeObject[];
}
