import { nextWrite, readLive, withdrawal } from '@alloy/cluster';
import type { RunningState, StateOf } from '@alloy/release';
import { write, writeUntilDone } from './carry-out';
import { idle, type ExecutorPorts, type Progress } from './executor-ports';
import { openBundles, sealedOf } from './open-bundles';
import { refusalOf } from './refusal-of';

type Stuck = StateOf<'stuck'>;

/**
 * Goes on with the rollback of a stuck release until it is done or another release is there, which takes the slot that is free: first takes traffic from
 * a bad canary, then tries the whole rollback. What is refused is not recorded again: `ReleaseStuck` says it. Idempotent.
 */
export async function retryRollback(state: Stuck, ports: ExecutorPorts): Promise<Progress> {
  const { current } = state;
  if (current?.spec.kind !== 'rollback' || current.effectDone || !(await isStillWanted(state, ports))) return idle;
  await withdraw(state, ports);
  const running = asRollingBack(state);
  try {
    const bundles = await openBundles(sealedOf(running), ports.artifacts);
    return await writeUntilDone({ state: running, ref: current.ref, bundles, reread: async () => ((await isStillWanted(state, ports)) ? running : undefined) }, ports);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return { kind: 'refused', refusal };
  }
}

/** Writes of one attempt: the fencing annotation and the scale, each repeated once after a conflict. */
const WRITES = 4;

async function withdraw(state: Stuck, ports: ExecutorPorts): Promise<void> {
  const desired = withdrawal(ports.installation, state);
  for (let writes = 0; desired && writes < WRITES; writes += 1) {
    const { namespace, web: workload, owner: { project } } = desired;
    const next = nextWrite(desired, await readLive(ports.cluster, { namespace, workload, project, shared: [] }));
    if (next.kind !== 'write' || !(await isStillWanted(state, ports))) return;
    await write(state.releaseId, state.current!.ref, next.write, ports);
  }
}

/** It is as it was when it became stuck, and no other release has taken the slot or waits for it. */
async function isStillWanted({ releaseId, slotCounter, project, environment }: Stuck, { log }: ExecutorPorts): Promise<boolean> {
  const [{ state }, { slot, waiting }] = await Promise.all([log.load(releaseId), log.context({ releaseId, project, environment })]);
  return state.status === 'stuck' && !state.current?.effectDone && slot.holder === null && slot.counter === slotCounter && waiting.length === 0;
}

const asRollingBack = (state: Stuck): RunningState => ({ ...state, status: 'rollingBack' });
