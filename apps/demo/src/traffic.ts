import { readFileSync } from 'node:fs';

export interface TrafficCount {
  /** `namespace/name` of the Service to which the requests went. */
  readonly service: string;
  readonly track: string;
  readonly release: string;
  readonly requests: number;
  readonly failed: number;
}

export interface TrafficReport {
  readonly requests: number;
  readonly failed: number;
  readonly services: readonly TrafficCount[];
  readonly failures: readonly { readonly pod: string; readonly track: string; readonly release: string; readonly why: string }[];
}

/** Reads and resets the playground's counts of user requests. */
export async function takeTraffic(kubeconfig: string): Promise<TrafficReport> {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[];
    users: { user: { token: string } }[];
  };
  // The port serves http and https, and fetch does not trust the playground's certificate.
  const server = config.clusters[0]!.cluster.server.replace('https:', 'http:');
  const answer = await fetch(`${server}/playground/traffic`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${config.users[0]!.user.token}` },
  });
  if (!answer.ok)
    throw new Error(`the request for the playground's traffic counts failed with status ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as TrafficReport;
}

/**
 * Unexpected failures of requests during a release: none may fail in a good release,
 * and only requests to its own canary in a bad one. Empty: none.
 */
export function trafficFaults(report: TrafficReport, release: { readonly id: string; readonly good: boolean }): readonly string[] {
  const innocent = report.services.filter(
    ({ track, release: of, failed }) => failed > 0 && (release.good || track !== 'canary' || of !== release.id),
  );
  return innocent.map(({ track, release: of, failed, requests }) => {
    const { pod, why } = report.failures.find((failure) => failure.track === track && failure.release === of) ?? {
      pod: 'a pod',
      why: 'unknown',
    };
    return `${failed} of ${requests} requests to ${track === 'none' ? 'no pod at all' : `the ${track} pods`} failed (${pod}: ${why})`;
  });
}

/** One line for users. */
export function describeTraffic({ requests, failed, services }: TrafficReport): string {
  const parts = services.map((count) => `${count.track} ${count.requests}${count.failed ? ` (${count.failed} failed)` : ''}`);
  return `${requests} requests, ${failed} failed${parts.length > 1 ? `: ${parts.join(', ')}` : ''}`;
}
