import { chooseMode, type AnalysisMode } from '@alloy/analysis';
import type { Payloads, Reason } from '../events';
import type { AnalysisPolicy } from '../policy-analysis';
import { reason } from '../reasons/reason';

export interface ResolvedAnalysis {
  readonly mode: AnalysisMode;
  /** Null: the policy names the mode. */
  readonly reason: Reason | null;
}

/**
 * `auto` uses the metrics pages that the inspection read from stable pods; an inspection without pages, as older
 * executors record it, means `metrics`.
 */
export function resolveAnalysis(mode: AnalysisPolicy['mode'], { metrics = [] }: Payloads['TargetInspected']): ResolvedAnalysis {
  if (mode !== 'auto') return { mode, reason: null };
  const choice = chooseMode(metrics);
  const { pod = null, port = null, path = null, status = null, requests = null, row = null } = choice.probe ?? {};
  const evidence = { configured: mode, mode: choice.mode, podsAsked: metrics.length, pod, port, path, status, requests, row };
  return { mode: choice.mode, reason: reason(choice.code, 'policy.analysis.mode', choice.text, evidence) };
}
