import { isEffectOpen, isRunning, isSuspended, sameRef, type Current, type RunningState, type StepRef } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';

/** What the executor still has to do in this state; undefined: nothing. */
export function openEffect(state: RunningState): Current | undefined {
  const { current } = state;
  return current && !isSuspended(state) && isEffectOpen(current) && !current.effectFailed ? current : undefined;
}

/** Reads the release again. Undefined: the executor must no longer carry out this effect. */
export async function reloadIfOpen(
  releaseId: string, ref: StepRef, { log }: Pick<ExecutorPorts, 'log'>,
): Promise<RunningState | undefined> {
  const { state } = await log.load(releaseId);
  const current = isRunning(state) ? openEffect(state) : undefined;
  return isRunning(state) && current && sameRef(current.ref, ref) ? state : undefined;
}
