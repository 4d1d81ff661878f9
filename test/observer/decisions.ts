import { FENCE_ANNOTATION, type KubeObject, type StoredEvent } from '@alloy/contracts';
import { parseFence } from '@alloy/cluster';
import { podsOfBound, type Payloads } from '@alloy/release';

/** The capacity that a decision of a release requires. */
export interface Demand {
  readonly release: string;
  /** N. */
  readonly replicas: number;
  /** Minimum of ready stable pods: ⌈N · stable's share of the traffic⌉; 0 once the canary gets all traffic. */
  readonly stable: number;
}

/** Streams of releases, each in order. */
export type History = ReadonlyMap<string, readonly StoredEvent[]>;

/** The demand at the time of this object's write, by its fence; undefined: not Alloy's, or before any plan. */
export function demandOf(object: KubeObject, history: History): Demand | undefined {
  const fence = parseFence(object.metadata.annotations?.[FENCE_ANNOTATION]);
  if (!fence) return undefined;
  for (const [release, events] of history) {
    const planned = events.find(
      ({ type, data }) => type === 'ReleasePlanned' && (data as Payloads['ReleasePlanned']).slotCounter === fence.slot,
    );
    if (planned) return demandAt(release, events.filter(({ version }) => version <= fence.version));
  }
  return undefined;
}

function demandAt(release: string, events: readonly StoredEvent[]): Demand {
  let replicas = 0;
  let share = 1;
  let isSwitched = false;
  let missing = 0;
  for (const { type, data } of events) {
    if (type === 'ReleasePlanned') {
      const { plan } = data as Payloads['ReleasePlanned'];
      replicas = plan.replicas;
      isSwitched = plan.router === 'serviceSelector';
    }
    if (type === 'StepStarted') {
      const { spec } = data as Payloads['StepStarted'];
      share = shareIn(spec, share, isSwitched);
      missing = missingIn(spec, replicas);
    }
    if (type === 'RollbackDecided' || type === 'ScaleDownDecided') {
      missing = 0;
      replicas = (data as Payloads['RollbackDecided' | 'ScaleDownDecided']).replicas;
      share = 1;
    }
  }
  return { release, replicas: replicas - missing, stable: Math.max(0, Math.ceil(round(replicas * share)) - missing) };
}

/** Pods that the policy of a rollout allows to miss. */
function missingIn(spec: Payloads['StepStarted']['spec'], replicas: number): number {
  if (spec.kind === 'setPartition') return spec.maxUnavailable;
  return spec.kind === 'promote' ? podsOfBound(spec.rollingUpdate?.maxUnavailable ?? 0, replicas, Math.floor) : 0;
}

/**
 * All pods get equal parts of the traffic: stable's share is that of its pods. A switch of a Service keeps all pods of
 * stable for a rollback.
 */
function shareIn(spec: Payloads['StepStarted']['spec'], share: number, isSwitched: boolean): number {
  switch (spec.kind) {
    case 'shiftTraffic':
      return isSwitched ? share : spec.split.stable / (spec.split.stable + spec.split.canary);
    case 'promote':
    case 'retire':
      return 0;
    case 'apply':
    case 'handBack':
    case 'scaleCanary':
    case 'setHeaderRoute':
    case 'setMirrorRoute':
    case 'scaleBaseline':
    case 'analyse':
    case 'setPartition':
    case 'pause':
      return share;
  }
}

/** Without rounding errors of binary fractions. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6;
