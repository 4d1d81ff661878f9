/** A Kubernetes Event on the Deployment of a release. */
export interface KubernetesEvent {
  readonly reason: KubernetesEventReason;
  readonly type: 'Normal' | 'Warning';
  readonly note: string;
  /** Events with equal reason and subject are one Kubernetes Event with a count; default: the release. */
  readonly subject?: string;
}

/** All reasons. Users filter and alert by them, so they are never renamed. Documented in docs/kubernetes-events.md. */
export const kubernetesEventReasons = [
  'ReleaseQueued', 'ReleaseRejected', 'ReleaseSuperseded', 'ReleaseAborted',
  'StableAdopted', 'ReleaseStarted', 'EmergencyStarted', 'StageStarted', 'CanaryResized', 'TrafficShifted', 'ShiftRepeated',
  'AnalysisPassed', 'AnalysisFailed', 'AnalysisInconclusive',
  'ReleasePaused', 'CanaryScaleDownStarted', 'ReleaseHeld', 'ReleaseResumed', 'PromotionStarted', 'ReleasePromoted',
  'WorkloadDegraded', 'WorkloadBlocked', 'FollowerBlocked', 'WorkloadDeleted',
  'DriftDetected', 'TrafficDrifted', 'StableDrifted', 'StableRestored', 'ManagedElsewhere',
  'ClusterAccessFailed', 'AbsenceDetected',
  'RollbackStarted', 'ReleaseRolledBack', 'ReleaseFailed', 'ReleaseStuck', 'HandedBack',
] as const;
export type KubernetesEventReason = (typeof kubernetesEventReasons)[number];

const event = (type: KubernetesEvent['type']) => (reason: KubernetesEventReason, note: string, subject?: string): KubernetesEvent =>
  ({ reason, type, note, ...(subject !== undefined && { subject }) });

export const normal = event('Normal');
export const warning = event('Warning');
