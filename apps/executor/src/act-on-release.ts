import { isEnded, isRunning } from '@alloy/release';
import { followEvents } from '@alloy/service';
import { carryOut } from './carry-out';
import { idle, type ExecutorPorts, type Progress } from './executor-ports';
import { inspectTarget } from './inspect-target';
import { openBundles, type Opened } from './open-bundles';
import { retryRollback } from './retry-rollback';

/** Looks at the whole release and does what it awaits of the executor, if anything. Idempotent. */
export async function actOnRelease(releaseId: string, ports: ExecutorPorts): Promise<Progress> {
  // Opened while the stream is read, which so is the last thing that is read before a write from memory.
  const ahead = openAhead(releaseId, ports);
  const loaded = await ports.log.load(releaseId);
  followEvents(loaded.events, 'decision');
  const { state } = loaded;
  if (state.status === 'gated' && state.inspection === null) return inspectTarget(state, loaded, ports);
  if (state.status === 'stuck') return retryRollback(state, ports);
  if (isEnded(state)) forget(releaseId, ports);
  return isRunning(state) ? carryOut(state, ports, ahead) : idle;
}

function forget(releaseId: string, { cache, sealed }: ExecutorPorts): void {
  cache.forget(releaseId);
  sealed.delete(releaseId);
}

function openAhead(releaseId: string, { sealed: known, artifacts }: ExecutorPorts): Opened | undefined {
  const sealed = known.get(releaseId);
  if (!sealed) return undefined;
  const bundles = openBundles(sealed, artifacts);
  // Whoever needs them is told.
  bundles.catch(() => undefined);
  return { sealed, bundles };
}
