import { nextWrite, readLive, withdrawal } from '@alloy/cluster';
import type { RunningState, StateOf } from '@alloy/release';
import { idle, type ExecutorPorts, type Progress } from './executor-ports';
import { openBundles, sealedOf } from './open-bundles';
import { refusalOf } from './refusal-of';
import { write } from './write-batch';
import { writeUntilDone } from './write-until-done';

type Stuck = StateOf<'stuck'>;

/**
 * Retries the rollback of a stuck release until it is done, or until another release takes the free slot or waits for
 * it. First removes the traffic of a bad canary, then tries the whole rollback. Does not record a refusal again,
 * because `ReleaseStuck` contains it. Idempotent.
 */
export async function retryRollback(state: Stuck, ports: ExecutorPorts): Promise<Progress> {
  const { current } = state;
  if (current?.spec.kind !== 'rollback' || current.effectDone || !(await mayContinue(state, ports))) return idle;
  await withdrawCanary(state, ports);
  const running = asRollingBack(state);
  try {
    const bundles = await openBundles(sealedOf(running), ports.artifacts);
    const reload = async (): Promise<RunningState | undefined> => ((await mayContinue(state, ports)) ? running : undefined);
    return await writeUntilDone({ state: running, ref: current.ref, bundles, reload }, ports);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return { kind: 'refused', refusal };
  }
}

/**
 * Maximum number of writes in one attempt: the fencing annotation and the scale, each repeated once after a conflict.
 */
const WRITES = 4;

async function withdrawCanary(state: Stuck, ports: ExecutorPorts): Promise<void> {
  const desired = withdrawal(ports.installation, state);
  for (let writes = 0; desired && writes < WRITES; writes += 1) {
    const { namespace, web: workload, owner: { project } } = desired;
    const next = nextWrite(desired, await readLive(ports.cluster, { namespace, workload, project, shared: [], traffic: desired.traffic }));
    if (next.kind !== 'write' || !(await mayContinue(state, ports))) return;
    await write(state.releaseId, state.current!.ref, next.write, ports);
  }
}

/** Whether the release is still stuck, and no other release has taken the slot or waits for it. */
async function mayContinue({ releaseId, slotCounter, project, environment }: Stuck, { log }: ExecutorPorts): Promise<boolean> {
  const [{ state }, { slot, waiting }] = await Promise.all([log.load(releaseId), log.context({ releaseId, project, environment })]);
  const isStuck = state.status === 'stuck' && !state.current?.effectDone;
  return isStuck && slot.holder === null && slot.counter === slotCounter && waiting.length === 0;
}

const asRollingBack = (state: Stuck): RunningState => ({ ...state, status: 'rollingBack' });
