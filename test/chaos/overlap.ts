import type { HeldWrite } from '../support/api-proxy';
import type { Installation, Replica } from '../support/installation';
import { WORKLOAD } from '../support/manifests';
import type { StepKind } from './fault';
import { atInjectionPoint } from './injection-points';
import type { FaultInjector } from './fault-injector';

const executors = ['executor', 'executor-2'] as const satisfies readonly Replica[];

/** For each kind of step, the write that would do harm after a later decision has been carried out. */
const harmful: Readonly<Partial<Record<StepKind, (method: string, path: string) => boolean>>> = {
  apply: (method, path) => method === 'POST' && path.includes('/deployments'),
  scaleCanary: (method, path) => method === 'PUT' && path.includes(`/deployments/${WORKLOAD}-canary/scale`),
  shiftTraffic: (method, path) => method === 'PUT' && path.includes(`/deployments/${WORKLOAD}/scale`),
  promote: (method, path) => method === 'PATCH' && path.includes(`/deployments/${WORKLOAD}?`) && path.includes('force=true'),
};

export interface Overlap {
  /** Resolves when an executor is frozen and its write is held. */
  readonly held: Promise<void>;
  /** Resumes the executor, forwards its write, and returns the status of the API server's response. */
  resume(): Promise<{ readonly replica: Replica; readonly status: number }>;
}

/**
 * When the next release of the project is at this kind of step, freezes the executor that makes its harmful write
 * first, and holds that write.
 */
export function overlapAt(installation: Installation, injector: FaultInjector, project: string, step: StepKind): Overlap {
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
            caught = { replica, include: injector.exclude(replica) };
            for (const other of executors) installation.api(other).letAllPass();
          },
        )
        .then((write) => {
          caught = { ...caught!, write };
          resolve();
        });
    atInjectionPoint(installation, project, { step, moment: 'begun' }, () => executors.forEach(hold));
  });
  return { held, resume: () => resume(installation, caught) };
}

interface Caught {
  readonly replica: Replica;
  readonly include: () => void;
  readonly write?: HeldWrite;
}

async function resume(
  installation: Installation,
  caught: Caught | undefined,
): Promise<{ readonly replica: Replica; readonly status: number }> {
  if (!caught?.write) throw new Error('no executor was frozen during a write');
  const { replica, write, include } = caught;
  installation.kill(replica, 'SIGCONT');
  const { status } = await write.release();
  include();
  await installation.ready(replica);
  return { replica, status };
}
