import type { FaultPoint } from '../support/postgres-proxy';
import type { Installation, Replica } from '../support/installation';
import type { PlacedFault } from './schedule';
import type { StepKind } from './fault';

type Point = Omit<FaultPoint, 'project'> & { readonly writers: readonly Replica[] };

const executors: readonly Replica[] = ['executor', 'executor-2'];
const started = (stepKind: StepKind): Point => ({ writers: ['planner'], type: 'StepStarted', stepKind, when: 'after' });
const outcome = (type: string): Point => ({ writers: executors, type, when: 'before' });

/** For each kind of step, the append that begins it, and the append of its closing fact. */
const points: Readonly<Record<StepKind, Readonly<Record<PlacedFault['moment'], Point>>>> = {
  gate: { begun: { writers: ['planner'], type: 'GateOpened', when: 'after' }, closing: outcome('TargetInspected') },
  apply: { begun: started('apply'), closing: outcome('ManifestsApplied') },
  scaleCanary: { begun: started('scaleCanary'), closing: outcome('WorkloadScaled') },
  shiftTraffic: { begun: started('shiftTraffic'), closing: outcome('TrafficShifted') },
  analyse: { begun: started('analyse'), closing: { writers: ['watcher'], type: 'VerdictReached', when: 'before' } },
  promote: { begun: started('promote'), closing: outcome('WorkloadScaled') },
  retire: { begun: started('retire'), closing: outcome('ManifestsApplied') },
  rollback: { begun: { writers: ['planner'], type: 'RollbackDecided', when: 'after' }, closing: outcome('TrafficShifted') },
};

/**
 * Calls `inject` once, when the next release of the project reaches that moment. Returns a function that cancels this.
 */
export function atInjectionPoint(
  installation: Installation,
  project: string,
  { step, moment }: Pick<PlacedFault, 'step' | 'moment'>,
  inject: () => void,
): () => void {
  const { begun, closing } = points[step];
  const pending: Array<() => void> = [];
  const cancel = (): void => pending.splice(0).forEach((one) => one());
  const hit = (): void => {
    cancel();
    inject();
  };
  const arm = ({ writers, ...point }: Point, then: () => void): void => {
    pending.push(...writers.map((writer) => installation.noticeAt(writer, { project, ...point }, then)));
  };
  // A fact of the same type may belong to an earlier step: wait for the closing fact only after the step has begun.
  arm(begun, moment === 'begun' ? hit : () => arm(closing, hit));
  return cancel;
}
