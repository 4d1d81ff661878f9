import { readFileSync } from 'node:fs';

export interface TrafficCount {
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

/** Takes the playground's counts of the requests that its users sent, and sets them back. */
export async function takeTraffic(kubeconfig: string): Promise<TrafficReport> {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { clusters: { cluster: { server: string } }[]; users: { user: { token: string } }[] };
  // The port speaks both, and fetch does not know the playground's own certificate.
  const server = config.clusters[0]!.cluster.server.replace('https:', 'http:');
  const answer = await fetch(`${server}/playground/traffic`, { method: 'DELETE', headers: { authorization: `Bearer ${config.users[0]!.user.token}` } });
  if (!answer.ok) throw new Error(`the playground's traffic counts were answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as TrafficReport;
}

/**
 * What is wrong with the traffic during a release: nothing may fail in a good one,
 * and in a bad one nothing that anybody but its own canary was asked. Empty: all is well.
 */
export function trafficFaults(report: TrafficReport, release: { readonly id: string; readonly good: boolean }): readonly string[] {
  const innocent = report.services.filter(({ track, release: of, failed }) => failed > 0 && (release.good || track !== 'canary' || of !== release.id));
  return innocent.map(({ track, release: of, failed, requests }) => {
    const { pod, why } = report.failures.find((failure) => failure.track === track && failure.release === of) ?? { pod: 'a pod', why: 'unknown' };
    return `${failed} of ${requests} requests to ${track === 'none' ? 'no pod at all' : `the ${track} pods`} failed (${pod}: ${why})`;
  });
}

/** One line for people. */
export function describeTraffic({ requests, failed, services }: TrafficReport): string {
  const parts = services.map((count) => `${count.track} ${count.requests}${count.failed ? ` (${count.failed} failed)` : ''}`);
  return `${requests} requests, ${failed} failed${parts.length > 1 ? `: ${parts.join(', ')}` : ''}`;
}
