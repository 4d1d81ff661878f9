import { kindIdOf, type KubeObject } from '@alloy/contracts';

/** The autoscaler of a Deployment. */
export interface LiveAutoscaler {
  /** The most pods that it sets. */
  readonly max: number;
  /** That of KEDA, if KEDA has made the HorizontalPodAutoscaler; default: a HorizontalPodAutoscaler. */
  readonly kind?: 'HorizontalPodAutoscaler' | 'ScaledObject';
  readonly name?: string;
  /** Whether a metric of it is an average over the pods that the Deployment's selector matches; default true. */
  readonly countsPods?: boolean;
}

interface Metric {
  readonly type?: string;
  readonly object?: { readonly target?: { readonly type?: string } };
  readonly external?: { readonly target?: { readonly type?: string } };
}

/** The fields of a HorizontalPodAutoscaler's spec that Alloy reads. */
export interface AutoscalerSpec {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly maxReplicas?: number;
  readonly metrics?: readonly Metric[];
}

/**
 * The HorizontalPodAutoscaler (of any API version) that scales the Deployment `workload`, also one that KEDA has made
 * of a ScaledObject. Null: none of them does.
 */
export function autoscalerOf(workload: string, autoscalers: readonly KubeObject[]): LiveAutoscaler | null {
  const own = autoscalers.find((object) => {
    const target = specOf(object)?.scaleTargetRef;
    return target?.kind === 'Deployment' && target.name === workload;
  });
  if (!own) return null;
  const { maxReplicas = Infinity, metrics } = specOf(own)!;
  const keda = own.metadata.labels?.[KEDA_LABEL];
  return {
    kind: keda === undefined ? 'HorizontalPodAutoscaler' : 'ScaledObject', name: keda ?? own.metadata.name, max: maxReplicas,
    countsPods: metrics === undefined || metrics.some(countsPods),
  };
}

const specOf = (object: KubeObject): AutoscalerSpec | undefined => object['spec'] as AutoscalerSpec | undefined;

/** Label of a HorizontalPodAutoscaler with the name of the ScaledObject that KEDA has made it of. */
const KEDA_LABEL = 'scaledobject.keda.sh/name';

/**
 * The total of another object or of an external source is divided by its target per pod, whatever pods there are. Every
 * other metric is averaged over the pods, or multiplied by their number.
 */
const countsPods = ({ object, external }: Metric): boolean => (object ?? external)?.target?.type !== 'AverageValue';

/** The autoscaler that KEDA will make of a ScaledObject for the Deployment `workload`; null: of none. */
export function scaledBy(workload: string, objects: readonly KubeObject[]): LiveAutoscaler | null {
  const own = objects.find((object) => kindIdOf(object) === 'ScaledObject.keda.sh' && scales(object, workload));
  if (!own) return null;
  const { maxReplicaCount = KEDA_MAX } = own['spec'] as { readonly maxReplicaCount?: number };
  return { kind: 'ScaledObject', name: own.metadata.name, max: maxReplicaCount };
}

/** Default of KEDA. */
const KEDA_MAX = 100;

function scales(object: KubeObject, workload: string): boolean {
  const { scaleTargetRef } = (object['spec'] ?? {}) as AutoscalerSpec;
  return (scaleTargetRef?.kind ?? 'Deployment') === 'Deployment' && scaleTargetRef?.name === workload;
}
