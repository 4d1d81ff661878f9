import { TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { BareKube } from './bare-kube';

type Pod = KubeObject & { readonly status: { readonly containerStatuses: readonly Readonly<Record<string, unknown>>[] } };

const REASON = 'CrashLoopBackOff';

/**
 * Sets the status of a canary pod to a crash loop. `at`: the time before the request, ms since 1970; `seen`: ms until a
 * bare watch reported the change.
 */
export async function crash(kube: BareKube, namespace: string): Promise<{ readonly at: number; readonly seen: number }> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await kube.get<{ items: Pod[] }>(`${pods}?labelSelector=${encodeURIComponent(`${TRACK_LABEL}=canary`)}`);
  const pod = items[0];
  if (!pod) throw new Error(`${namespace} has no canary pod`);
  let report: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (report = resolve));
  const end = await kube.watch(pods, (object) => {
    if (object.metadata.name === pod.metadata.name && isCrashLooping(object as Pod)) report();
  });
  const containerStatuses = pod.status.containerStatuses.map((status) => ({
    ...status,
    ready: false,
    started: false,
    restartCount: 1,
    state: { waiting: { reason: REASON, message: 'back-off 10s restarting failed container' } },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
  }));
  const [at, begun] = [Date.now(), performance.now()];
  await Promise.all([kube.patch(`${pods}/${pod.metadata.name}/status`, { status: { containerStatuses } }), seen]);
  const taken = performance.now() - begun;
  end();
  return { at, seen: taken };
}

const isCrashLooping = ({ status }: Pod): boolean =>
  (status?.containerStatuses ?? []).some(
    ({ state }) => (state as { waiting?: { reason?: string } } | undefined)?.waiting?.reason === REASON,
  );
