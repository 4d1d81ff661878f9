import type { AnalysisMode } from '@alloy/analysis';
import type { Payloads } from '../events';
import type { Plan, Target } from '../plan';
import type { PlannedPolicy, Stage } from '../policy';

/** Input of a strategy. */
export interface StrategyInput {
  readonly policy: PlannedPolicy;
  /** Those of a preset, in place of the policy's stages and steps. */
  readonly stages?: readonly Stage[] | undefined;
  readonly target: Target;
  readonly inspection: Payloads['TargetInspected'];
  /** N: live replicas, or the manifest's replicas if no pods run. */
  readonly replicas: number;
  /** Replicas of the new version after promotion. */
  readonly promoted: number;
  /** The version replaces the running one, if any, without stops: a first release, or `AllAtOnce`; default false. */
  readonly inOneGo?: boolean;
  /** An emergency: as fast as the manifest allows, whatever the policy has; default false. */
  readonly isExpedited?: boolean;
  /** How the canary is judged. */
  readonly mode: AnalysisMode;
}

/** A pure function from policy and target to an ordered list of steps. */
export type StrategyFunction = (input: StrategyInput) => Plan;
