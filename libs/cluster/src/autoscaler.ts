import type { KubeObject } from '@alloy/contracts';

/** The fields of a HorizontalPodAutoscaler's spec that Alloy reads. */
export interface AutoscalerSpec {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly maxReplicas?: number;
}

/**
 * The maximum number of pods that a HorizontalPodAutoscaler (of any API version) sets for the Deployment `workload`.
 * Null: none of the autoscalers targets that Deployment.
 */
export function autoscalerOf(workload: string, autoscalers: readonly KubeObject[]): { readonly max: number } | null {
  const specs = autoscalers.map((object) => object['spec'] as AutoscalerSpec | undefined);
  const own = specs.find((spec) => spec?.scaleTargetRef?.kind === 'Deployment' && spec.scaleTargetRef.name === workload);
  return own ? { max: own.maxReplicas ?? Infinity } : null;
}
