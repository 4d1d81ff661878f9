import type { AnalysisMode } from '@alloy/analysis';
import type { Payloads } from '../events';
import type { Plan, Target } from '../plan';
import type { PlannedPolicy } from '../policy';

/** What a strategy sees. */
export interface StrategyInput {
  readonly policy: PlannedPolicy;
  readonly target: Target;
  readonly inspection: Payloads['TargetInspected'];
  /** N: live replicas, or what the manifest asks for where nothing runs. */
  readonly replicas: number;
  /** Replicas of the new version once it is promoted. */
  readonly promoted: number;
  /** How a canary is judged. */
  readonly mode: AnalysisMode;
}

/** A pure function from policy and target to an ordered list of steps. */
export type StrategyFunction = (input: StrategyInput) => Plan;
