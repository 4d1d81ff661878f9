import { crashPoint } from '@alloy/contracts';
import { aboutTarget, releaseTarget, type ReleaseEvent, type RunningState, type StepRef } from '@alloy/release';
import { nodeActor } from '@alloy/service';
import { acted, type ExecutorPorts, type Progress } from './executor-ports';
import { factId } from './fact-ids';

/** Appends the outcome of a decision. Idempotent: the id of the event follows from the decision. */
export async function appendOutcome(state: RunningState, ref: StepRef, event: ReleaseEvent, ports: ExecutorPorts): Promise<Progress> {
  const { log, budget, waitLimits, pruning, onOutcome } = ports;
  // A step whose canary was resized has an outcome for each size.
  const decision = state.current?.resize?.decision ?? ref.decision;
  const ids = [factId(state.releaseId, decision, event.type)];
  crashPoint('executor.before-fact');
  await log.append(state, [aboutTarget(event, releaseTarget(state))], { expected: 'any', actor: nodeActor('executor'), ids });
  crashPoint('executor.after-fact');
  budget.forget(state.releaseId);
  waitLimits.forget(state.releaseId);
  pruning.forget(state.releaseId);
  onOutcome?.(state.releaseId, event.type);
  return acted;
}
