import { isEnded, isRunning } from '@alloy/release';
import { followEvents } from '@alloy/service';
import { carryOut } from './carry-out';
import { idle, type ExecutorPorts, type Progress } from './executor-ports';
import { inspectTarget } from './inspect-target';
import { openBundles, type Opened } from './open-bundles';
import { retryRollback } from './retry-rollback';

/** Reads the state of the release and does what the release awaits from the executor, if anything. Idempotent. */
export async function actOnRelease(releaseId: string, ports: ExecutorPorts): Promise<Progress> {
  // Opens the manifests while it reads the stream: no other read comes between the stream and a write that is based on
  // the cache.
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
  // Prevents an unhandled rejection: the function that awaits the bundles gets the error.
  bundles.catch(() => undefined);
  return { sealed, bundles };
}
