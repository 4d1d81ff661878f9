import type { KubeObject } from '@alloy/contracts';

interface AutoscalerSpec {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly maxReplicas?: number;
}

/** The bounds that a HorizontalPodAutoscaler, of any version, sets this Deployment; null: none of these is for it. */
export function autoscalerOf(workload: string, autoscalers: readonly KubeObject[]): { readonly max: number } | null {
  const specs = autoscalers.map((object) => object['spec'] as AutoscalerSpec | undefined);
  const own = specs.find((spec) => spec?.scaleTargetRef?.kind === 'Deployment' && spec.scaleTargetRef.name === workload);
  return own ? { max: own.maxReplicas ?? Infinity } : null;
}
