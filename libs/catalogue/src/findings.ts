import {
  blockedReason, deletedReason, describeFollower, driftReason, followerReason, isHindered, stableDriftReason, stableRestoredReason,
  trafficDriftReason,
  type DegradedCause, type Payloads, type Reason, type Verdict,
} from '@alloy/release';
import type { Entries } from './entry';
import { normal, warning } from './kubernetes-event';
import { capitalized, stepSubject } from './text';

const causes: Readonly<Record<DegradedCause, string>> = {
  CrashLoopBackOff: 'keeps crashing', ImagePullBackOff: "can't pull its image", OOMKilled: 'exceeds its memory limit',
  ConfigError: 'has an invalid configuration', Unschedulable: 'fits on no node', QuotaExceeded: 'exceeds the quota',
};

const degradedNote = ({ track, pod, cause, detail }: Payloads['WorkloadDegraded']): string =>
  `${capitalized(track)} pod ${pod} ${causes[cause]} (${cause}): ${detail}`;

const driftSubject = ({ object, manager, fields }: Payloads['WorkloadDrifted']): string =>
  `${object.kind}/${object.name} ${manager} ${fields.map(({ path }) => path).join()}`;

const verdictEvents = {
  pass: (note: string, subject: string) => normal('AnalysisPassed', note, subject),
  fail: (note: string, subject: string) => warning('AnalysisFailed', note, subject),
  inconclusive: (note: string, subject: string) => warning('AnalysisInconclusive', note, subject),
} satisfies Record<Verdict, unknown>;

/** Why the release waits for a follower that the cluster does not let start; undefined: its start only takes time. */
const hindranceOf = ({ waits, ...data }: Payloads['FollowerObserved']): Reason | undefined =>
  waits !== null && isHindered({ waits }) ? followerReason({ ...data, waits }) : undefined;

const workload: Entries<
  'WorkloadBecameReady' | 'WorkloadProgressed' | 'WorkloadDegraded' | 'WorkloadBlocked' | 'WorkloadUnblocked' | 'WorkloadDeleted'
  | 'WorkloadDrifted' | 'TrafficDrifted' | 'StableScaled' | 'FollowerObserved'
> = {
  WorkloadBecameReady: {
    sentence: ({ track, ready, desired }) => `${capitalized(track)} is ready: ${ready} of ${desired} pods`,
    kubernetesEvent: null,
    notification: null,
  },
  WorkloadProgressed: {
    sentence: ({ track, ready, desired }) => `${ready} of ${desired} ${track} pods are ready`,
    kubernetesEvent: null,
    notification: null,
  },
  WorkloadDegraded: {
    sentence: ({ track, pod, cause, detail }) => `${capitalized(track)} pod ${pod} is degraded (${cause}): ${detail}`,
    kubernetesEvent: (data) => warning('WorkloadDegraded', degradedNote(data), `${data.track} ${data.cause}`),
    notification: null,
  },
  WorkloadBlocked: {
    sentence: (data) => blockedReason(data).text,
    kubernetesEvent: (data, { request }) =>
      warning('WorkloadBlocked', `${request.imageTag}: ${blockedReason(data).text}`, `${data.track} ${data.cause}`),
    notification: (data) => ({ type: 'blocked', reason: blockedReason(data) }),
  },
  WorkloadUnblocked: {
    sentence: ({ track, ready, desired }) => `${capitalized(track)} pods can be created and scheduled again: ${ready} of ${desired} ready`,
    kubernetesEvent: null,
    notification: null,
  },
  StableScaled: {
    sentence: ({ from, to }) => `Stable was scaled from ${from} to ${to} pods`,
    kubernetesEvent: null,
    notification: null,
  },
  FollowerObserved: {
    sentence: (data) => describeFollower(data),
    kubernetesEvent: (data, { request }) => {
      const reason = hindranceOf(data);
      return reason && warning('FollowerBlocked', `${request.imageTag}: ${reason.text}`, `${data.object.kind}/${data.object.name}`);
    },
    notification: (data) => {
      const reason = hindranceOf(data);
      return reason && { type: 'blocked', reason };
    },
  },
  WorkloadDeleted: {
    sentence: (data) => capitalized(deletedReason(data).text),
    kubernetesEvent: (data, { request }) =>
      warning('WorkloadDeleted', `${request.imageTag}: ${deletedReason(data).text}`, `${data.object.kind}/${data.object.name}`),
    notification: (data) => ({ type: 'drifted', reason: deletedReason(data) }),
  },
  TrafficDrifted: {
    sentence: (data) => capitalized(trafficDriftReason(data).text),
    kubernetesEvent: (data, { request }) =>
      warning('TrafficDrifted', `${request.imageTag}: ${trafficDriftReason(data).text}`, `${data.object.kind}/${data.object.name}`),
    notification: (data) => ({ type: 'drifted', reason: trafficDriftReason(data) }),
  },
  WorkloadDrifted: {
    sentence: (data) => driftReason(data).text,
    kubernetesEvent: (data) =>
      warning('DriftDetected', `${driftReason(data).text}; Alloy does not revert the change before a promotion`, driftSubject(data)),
    notification: (data) => ({ type: 'drifted', reason: driftReason(data) }),
  },
};

/** Equal for the same change, so that a change that returns is one Kubernetes Event with a count. */
const stableDriftSubject = ({ manager, template }: Payloads['StableDrifted']): string =>
  template ? `${template.replicaSet} ${manager}` : 'deleted';

const betweenReleases: Entries<'StableDrifted' | 'StableRestored'> = {
  StableDrifted: {
    sentence: (data) => stableDriftReason(data).text,
    kubernetesEvent: (data) =>
      warning('StableDrifted', `${stableDriftReason(data).text}; Alloy does not revert the change`, stableDriftSubject(data)),
    notification: (data) => ({ type: 'drifted', reason: stableDriftReason(data) }),
  },
  StableRestored: {
    sentence: (data) => stableRestoredReason(data).text,
    kubernetesEvent: (data) => normal('StableRestored', stableRestoredReason(data).text, data.template.replicaSet),
    notification: (data) => ({ type: 'restored', reason: stableRestoredReason(data) }),
  },
};

const others: Entries<'ClusterAccessFailed' | 'ClusterAccessRegained' | 'AbsenceDetected' | 'VerdictReached'> = {
  ClusterAccessFailed: {
    sentence: ({ refusal }) => `No access to the cluster: ${refusal.text}`,
    kubernetesEvent: ({ refusal }) => warning('ClusterAccessFailed', `No access to the cluster: ${refusal.text}`, refusal.code),
    notification: null,
  },
  ClusterAccessRegained: { sentence: () => 'Access to the cluster works again', kubernetesEvent: null, notification: null },
  AbsenceDetected: {
    sentence: ({ reason }) => `No progress: ${reason.text}`,
    kubernetesEvent: ({ of, reason }, { request }) =>
      warning('AbsenceDetected', `${request.imageTag} makes no progress: ${reason.text}`, of.join()),
    notification: ({ reason }) => ({ type: 'absent', reason }),
  },
  VerdictReached: {
    sentence: ({ verdict, detail }) => `Verdict ${verdict}: ${detail}`,
    kubernetesEvent: (data, { request }) => verdictEvents[data.verdict](`${request.imageTag}: ${data.detail}`, stepSubject(data)),
    notification: null,
  },
};

export const findings = { ...workload, ...betweenReleases, ...others };
