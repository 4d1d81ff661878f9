import { isRunning } from '@alloy/release';
import { followEvents } from '@alloy/service';
import { carryOut } from './carry-out';
import { idle, type ExecutorPorts, type Progress } from './executor-ports';
import { inspectTarget } from './inspect-target';

/** Looks at the whole release and does what it awaits of the executor, if anything. Idempotent. */
export async function actOnRelease(releaseId: string, ports: ExecutorPorts): Promise<Progress> {
  const loaded = await ports.log.load(releaseId);
  followEvents(loaded.events, 'decision');
  const { state } = loaded;
  if (state.status === 'gated' && state.inspection === null) return inspectTarget(state, loaded, ports);
  return isRunning(state) ? carryOut(state, ports) : idle;
}
