import type { ReleaseView } from './api';
import type { Act } from './story';
import { trafficFaults, type TrafficReport } from './traffic';

/** What did not go as the story says; empty: all of it did. */
export function checkAct(act: Act, release: ReleaseView, traffic: TrafficReport): readonly string[] {
  const faults: string[] = [];
  if (release.status !== act.ends) faults.push(`it should have been ${act.ends}, but is ${release.status} (${release.reason?.text ?? 'no reason'})`);
  if (release.strategy !== act.strategy) faults.push(`it should have been a ${act.strategy}, but was a ${release.strategy}`);
  if (act.because && !act.because.includes(release.reason?.code ?? '')) faults.push(`its reason should have been ${act.because.join(' or ')}, but is ${release.reason?.code ?? 'none'}`);
  if (traffic.requests === 0) faults.push('there was no traffic at all, so nothing was proven');
  return [...faults, ...trafficFaults(traffic, { id: release.id, good: act.ends === 'promoted' })];
}
