import type { ReleaseView } from './api';
import type { DemoRelease } from './demo-releases';
import { trafficFaults, type TrafficReport } from './traffic';

/** Differences between a release and the expectation; empty: none. */
export function checkRelease(expected: DemoRelease, release: ReleaseView, traffic: TrafficReport): readonly string[] {
  const faults: string[] = [];
  if (release.status !== expected.ends)
    faults.push(`it should have been ${expected.ends}, but is ${release.status} (${release.reason?.text ?? 'no reason'})`);
  if (release.strategy !== expected.strategy) faults.push(`it should have been a ${expected.strategy}, but was a ${release.strategy}`);
  if (expected.reasons && !expected.reasons.includes(release.reason?.code ?? ''))
    faults.push(`its reason should have been ${expected.reasons.join(' or ')}, but is ${release.reason?.code ?? 'none'}`);
  if (traffic.requests === 0) faults.push('there was no traffic, so the check proves nothing');
  return [...faults, ...trafficFaults(traffic, { id: release.id, good: expected.ends === 'promoted' })];
}
