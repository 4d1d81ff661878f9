import type { DegradedCause, Payloads, Reason, ReasonCode } from '../events';
import { reason } from './reason';

const codes: Readonly<Record<DegradedCause, ReasonCode>> = {
  CrashLoopBackOff: 'crash_loop',
  ImagePullBackOff: 'image_pull',
  OOMKilled: 'out_of_memory',
  ConfigError: 'config_error',
  Unschedulable: 'unschedulable',
  QuotaExceeded: 'quota_exceeded',
};

const conditions: Readonly<Record<DegradedCause, string>> = {
  CrashLoopBackOff: 'keeps crashing',
  ImagePullBackOff: "can't pull its image",
  OOMKilled: 'was killed because it ran out of memory',
  ConfigError: "can't start with its configuration",
  Unschedulable: "can't be scheduled",
  QuotaExceeded: "can't be created, the quota is used up",
};

/** A pod of the release is in a state that it does not leave by itself. */
export function degradedReason({ cause, pod, restarts, detail, track, ready, desired }: Payloads['WorkloadDegraded']): Reason {
  const often = restarts > 0 ? ` after ${restarts} restart${restarts === 1 ? '' : 's'}` : '';
  const more = detail === '' ? '' : `: ${detail}`;
  const text = `pod ${pod} ${conditions[cause]} (${cause})${often}, ${ready} of ${desired} ${track} pods ready${more}`;
  return reason(codes[cause], `health.${cause}`, text, { cause, pod, restarts, track, ready, desired });
}
