import { TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { BareKube } from './bare-kube';

type Pod = KubeObject & { readonly status: { readonly containerStatuses: readonly Readonly<Record<string, unknown>>[] } };

const REASON = 'CrashLoopBackOff';

/** Sets a canary pod's status to that of a crash loop. `at`: before that was sent, ms since 1970; `seen`: until a bare watch told of it, ms. */
export async function crash(kube: BareKube, namespace: string): Promise<{ readonly at: number; readonly seen: number }> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await kube.get<{ items: Pod[] }>(`${pods}?labelSelector=${encodeURIComponent(`${TRACK_LABEL}=canary`)}`);
  const pod = items[0];
  if (!pod) throw new Error(`${namespace} has no canary pod`);
  let told: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (told = resolve));
  const end = await kube.watch(pods, (object) => {
    if (object.metadata.name === pod.metadata.name && waitsFor(object as Pod)) told();
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

const waitsFor = ({ status }: Pod): boolean =>
  (status?.containerStatuses ?? []).some(
    ({ state }) => (state as { waiting?: { reason?: string } } | undefined)?.waiting?.reason === REASON,
  );
