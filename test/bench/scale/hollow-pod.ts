import { podStatus, type ContainerStatus, type Pod, type PodNetwork } from '@alloy/playground/pods';
import type { RequestListener } from 'node:http';

/** Requests per second since its start that each pod reports. */
const REQUESTS_PER_SECOND = 50;
const NEVER_READY = /-slow$/;

/** Whether a pod becomes ready: every pod does unless its image tag ends with `-slow`. */
export const becomesReady = ({ spec }: Pod): boolean => !NEVER_READY.test(spec.containers[0]!.image);

/** The current time in the format of Kubernetes. */
export const timestamp = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

/** The status that a node reports for a pod of which nothing runs. */
export function hollowStatus(pod: Pod, network: PodNetwork, ready: boolean): NonNullable<Pod['status']> {
  const containers = pod.spec.containers.map((container): ContainerStatus => ({
    name: container.name,
    image: container.image,
    imageID: `hollow://${container.image}`,
    containerID: `hollow://${pod.metadata.uid}`,
    ready,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: timestamp() } },
    lastState: {},
  }));
  return podStatus(pod, { containers, initContainers: [] }, network, timestamp());
}

/**
 * Serves the metrics pages of all hollow pods from one listener; the local address of a connection identifies the pod.
 */
export class HollowPages {
  /** Start time of the pod by its address, ms since 1970. */
  private readonly started = new Map<string, number>();

  start(podIP: string): void {
    this.started.set(podIP, Date.now());
  }

  readonly answer: RequestListener = ({ socket }, response) => {
    const startedAt = this.started.get(socket.localAddress ?? '');
    if (startedAt === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(pageOf(startedAt, Date.now()));
  };
}

/** The metrics page of a process that has answered the same number of requests per second since its start. */
export function pageOf(startedAt: number, now: number): string {
  const requests = Math.floor(((now - startedAt) / 1_000) * REQUESTS_PER_SECOND);
  return [
    '# TYPE http_requests_total counter',
    `http_requests_total{code="200"} ${requests}`,
    'http_requests_total{code="500"} 0',
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${startedAt / 1_000}`,
    '',
  ].join('\n');
}
