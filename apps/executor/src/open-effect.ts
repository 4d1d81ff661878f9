import { hasEffect, isRunning, isSuspended, sameRef, type Current, type RunningState, type StepRef } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';

/** What the executor still has to do in this state; undefined: nothing. */
export function openEffect(state: RunningState): Current | undefined {
  const { current } = state;
  if (!current || isSuspended(state) || !hasEffect(current.spec) || current.effectDone || current.effectFailed) {
    return undefined;
  }
  return current;
}

/** Reads the release again. Undefined: the executor must no longer carry out this effect. */
export async function reloadIfOpen(
  releaseId: string, ref: StepRef, { log }: Pick<ExecutorPorts, 'log'>,
): Promise<RunningState | undefined> {
  const { state } = await log.load(releaseId);
  const current = isRunning(state) ? openEffect(state) : undefined;
  return isRunning(state) && current && sameRef(current.ref, ref) ? state : undefined;
}
