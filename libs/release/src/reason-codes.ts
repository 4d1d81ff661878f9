import type { DistrustCode, ModeCode } from '@alloy/analysis';

/** Why a decision was made: a stable code, the rule that fired, one sentence for users, and the numbers compared. */
export interface Reason {
  readonly code: ReasonCode;
  readonly rule: string;
  readonly text: string;
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
}

export type ReasonCode =
  | 'first_release' | 'has_stable' | 'asked_for' | 'emergency'
  | 'step_done' | 'verdict_passed' | 'skipped_by_person' | 'all_steps_done'
  | 'error_rate' | 'inconclusive' | 'no_metrics_endpoint' | 'progress_deadline' | DistrustCode | ModeCode
  | 'crash_loop' | 'image_pull' | 'out_of_memory' | 'config_error' | 'unschedulable' | 'quota_exceeded' | 'pods_not_created' | 'unhealthy'
  | 'stable_deleted' | 'baseline_deleted'
  | 'absent' | 'effect_failed' | 'rollback_deadline' | 'inspection_deadline' | 'drifted' | 'drift_undone'
  | 'stable_scaled' | 'traffic_drifted' | 'stable_requested' | 'already_stable' | 'handed_back'
  | 'aborted' | 'superseded' | 'busy' | 'on_hold' | 'paused_by_person' | 'resumed_by_person' | 'promoted_by_person' | 'awaits_promotion'
  | 'too_late' | 'not_running' | 'not_paused' | 'nothing_to_promote'
  | RefusalCode;

/** Why a release cannot be carried out. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly text: string;
}
export type RefusalCode =
  | 'foreign_owner' | 'selector_immutable' | 'service_change_needs_blue_green' | 'strategy_unsupported' | 'namespace_missing'
  | 'stable_drifted' | 'forbidden' | 'admission_denied' | 'invalid_object' | 'artifact_unreadable' | 'unreachable' | 'unauthorized'
  | 'workload_paused' | 'rollout_stuck' | 'workload_renamed' | 'pods_overlap' | 'canary_deleted' | 'kind_not_served' | 'follower_failed'
  | 'router_not_served' | 'route_not_found' | 'route_ambiguous' | 'route_unsuitable' | 'canary_label_selected'
  | 'service_not_found' | 'service_ambiguous' | 'service_unsuitable' | 'service_rewritten';
