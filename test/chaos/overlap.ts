import type { HeldWrite } from '../support/api-proxy';
import type { Installation, Replica } from '../support/installation';
import { WORKLOAD } from '../support/manifests';
import type { StepKind } from './fault';
import { placeAt } from './places';
import type { Strikes } from './strikes';

const executors = ['executor', 'executor-2'] as const satisfies readonly Replica[];

/** The write of each kind of step that would do harm once a later decision has been carried out. */
const harmful: Readonly<Partial<Record<StepKind, (method: string, path: string) => boolean>>> = {
  apply: (method, path) => method === 'POST' && path.includes('/deployments'),
  scaleCanary: (method, path) => method === 'PUT' && path.includes(`/deployments/${WORKLOAD}-canary/scale`),
  shiftTraffic: (method, path) => method === 'PUT' && path.includes(`/deployments/${WORKLOAD}/scale`),
  promote: (method, path) => method === 'PATCH' && path.includes(`/deployments/${WORKLOAD}?`) && path.includes('force=true'),
};

export interface Overlap {
  /** Resolves when an executor stands still with its write held. */
  readonly held: Promise<void>;
  /** Revives it, lets the write go on, and gives the API server's answer. */
  revive(): Promise<{ readonly replica: Replica; readonly status: number }>;
}

/** The next time that a release of the project is at this kind of step, whichever executor makes the harmful write of it first is frozen with that write on its way. */
export function overlapAt(installation: Installation, strikes: Strikes, project: string, step: StepKind): Overlap {
  const matches = harmful[step]!;
  let caught: Caught | undefined;
  const held = new Promise<void>((resolve) => {
    const hold = (replica: Replica): void =>
      void installation
        .api(replica)
        .hold(
          (method, path) => path.includes(`/namespaces/${project}/`) && matches(method, path),
          () => {
            installation.kill(replica, 'SIGSTOP');
            caught = { replica, endSparing: strikes.spare(replica) };
            for (const other of executors) installation.api(other).letAllPass();
          },
        )
        .then((write) => {
          caught = { ...caught!, write };
          resolve();
        });
    placeAt(installation, project, { step, moment: 'begun' }, () => executors.forEach(hold));
  });
  return { held, revive: () => revive(installation, caught) };
}

interface Caught {
  readonly replica: Replica;
  readonly endSparing: () => void;
  readonly write?: HeldWrite;
}

async function revive(
  installation: Installation,
  caught: Caught | undefined,
): Promise<{ readonly replica: Replica; readonly status: number }> {
  if (!caught?.write) throw new Error('no executor was frozen in mid-write');
  const { replica, write, endSparing } = caught;
  installation.kill(replica, 'SIGCONT');
  const { status } = await write.release();
  endSparing();
  await installation.ready(replica);
  return { replica, status };
}
