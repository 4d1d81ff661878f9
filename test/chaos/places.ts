import type { FaultPoint } from '../support/postgres-proxy';
import type { Installation, Replica } from '../support/installation';
import type { PlacedFault } from './schedule';
import type { StepKind } from './fault';

type Point = Omit<FaultPoint, 'project'> & { readonly writers: readonly Replica[] };

const executors: readonly Replica[] = ['executor', 'executor-2'];
const started = (stepKind: StepKind): Point => ({ writers: ['planner'], type: 'StepStarted', stepKind, when: 'after' });
const outcome = (type: string): Point => ({ writers: executors, type, when: 'before' });

/** Where each kind of step begins, and where its closing fact is about to be appended. */
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

/** Calls `strike` once, when the next release of the project comes to that moment. Returns how to call it off. */
export function placeAt(
  installation: Installation,
  project: string,
  { step, moment }: Pick<PlacedFault, 'step' | 'moment'>,
  strike: () => void,
): () => void {
  const { begun, closing } = points[step];
  const pending: Array<() => void> = [];
  const callOff = (): void => pending.splice(0).forEach((one) => one());
  const hit = (): void => {
    callOff();
    strike();
  };
  const arm = ({ writers, ...point }: Point, then: () => void): void => {
    pending.push(...writers.map((writer) => installation.noticeAt(writer, { project, ...point }, then)));
  };
  // A fact of the same type may belong to an earlier step: what closes a step is waited for once it has begun.
  arm(begun, moment === 'begun' ? hit : () => arm(closing, hit));
  return callOff;
}
