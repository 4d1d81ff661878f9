import { podStatus, type ContainerStatus, type Pod, type PodNetwork } from '@alloy/playground/pods';
import type { RequestListener } from 'node:http';

/** Requests that each pod claims to have answered, per second of its life. */
const REQUESTS_PER_SECOND = 50;
const NEVER_READY = /-slow$/;

/** Whether a pod becomes ready: all do but those whose image's tag ends in `-slow`. */
export const becomesReady = ({ spec }: Pod): boolean => !NEVER_READY.test(spec.containers[0]!.image);

/** As Kubernetes writes times. */
export const timestamp = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

/** What a node reports of a pod of which nothing runs. */
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

/** The metrics pages of hollow pods on one listener, by the address that was asked. */
export class HollowPages {
  /** When the pod with that address started, ms since 1970. */
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

/** Of a process that has answered the same number of requests in each second since it started. */
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
