import { isTerminating, type Deployment } from '@alloy/cluster';
import { RELEASE_LABEL, TRACK_LABEL, type KubeObject, type StoredEvent } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { keyOf, type World } from '../revision';
import type { Judgement, Violation } from '../violation';

export interface AbortInput {
  readonly workload: string;
  /** The world before the aborted release, and after its end. */
  readonly before: World;
  readonly after: World;
  /** Events of the release, to its end. */
  readonly events: readonly StoredEvent[];
}

/**
 * P15: an aborted release leaves no weight on the canary, no canary, and Services, autoscalers and stable unchanged.
 */
export function checkAbort({ workload, before, after, events }: AbortInput): Judgement {
  const faults = [
    ...weights(events),
    ...canaryLeft(workload, after),
    ...stableDiffers(workload, before, after),
    ...unlikeBefore('Service', ['selector'], before, after),
    ...unlikeBefore('HorizontalPodAutoscaler', ['scaleTargetRef', 'minReplicas', 'maxReplicas'], before, after),
  ];
  const at = Math.max(0, ...[...after.values()].map(({ metadata }) => Number(metadata.resourceVersion ?? 0)));
  return { violations: faults.map((text): Violation => ({ promise: 'P15', at, text })), judged: after.size };
}

/**
 * The last shift of traffic must give nothing to the canary; no shift is right only if there never was one to the
 * canary.
 */
function weights(events: readonly StoredEvent[]): readonly string[] {
  const shifts = events.flatMap(({ type, data }) => (type === 'TrafficShifted' ? [data as Payloads['TrafficShifted']] : []));
  const last = shifts.at(-1);
  return last && (last.asked > 0 || last.reached > 0)
    ? [`the canary was left with a weight of ${last.reached} % (asked: ${last.asked} %)`]
    : [];
}

function canaryLeft(workload: string, after: World): readonly string[] {
  const pods = [...after.values()].filter(
    (object) => object.kind === 'Pod' && !isTerminating(object) && object.metadata.labels?.[TRACK_LABEL] === 'canary',
  );
  return [
    ...(after.has(`Deployment/${workload}-canary`) ? ['the canary’s Deployment still exists'] : []),
    ...pods.map(({ metadata }) => `the canary’s pod ${metadata.name} still exists`),
  ];
}

function stableDiffers(workload: string, before: World, after: World): readonly string[] {
  const [was, is] = [before, after].map((world) => world.get(`Deployment/${workload}`) as Deployment | undefined);
  if (!was || !is) return was ? ['stable does not exist any more'] : [];
  const release = ({ spec }: Deployment): string | undefined => spec.template.metadata?.labels?.[RELEASE_LABEL];
  return [
    ...(release(is) === release(was) && imagesOf(is) === imagesOf(was) ? [] : [`stable runs ${imagesOf(is)} and not ${imagesOf(was)}`]),
    ...(!hasAutoscaler(after) && (is.spec.replicas ?? 1) < (was.spec.replicas ?? 1)
      ? [`stable has ${is.spec.replicas} replicas and had ${was.spec.replicas}`]
      : []),
  ];
}

/** With an autoscaler, the number of pods may change. */
const hasAutoscaler = (world: World): boolean => [...world.values()].some(({ kind }) => kind === 'HorizontalPodAutoscaler');

const imagesOf = ({ spec }: Deployment): string => spec.template.spec.containers.map(({ image }) => image).join();

function unlikeBefore(kind: string, fields: readonly string[], before: World, after: World): readonly string[] {
  const known = [...before.values()].filter((object) => object.kind === kind);
  return known.flatMap((was) => {
    const is = after.get(keyOf(was));
    return !is
      ? [`${kind} ${was.metadata.name} is gone`]
      : fields
          .filter((field) => specOf(was, field) !== specOf(is, field))
          .map((field) => `${kind} ${was.metadata.name} has another ${field}`);
  });
}

const specOf = (object: KubeObject, field: string): string => JSON.stringify((object['spec'] as Readonly<Record<string, unknown>>)[field]);
