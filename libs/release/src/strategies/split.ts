import type { Split } from '../plan';
import type { Stage } from '../policy';

/**
 * podRatio: T = N+1, canary = clamp(round(w·T), 1, N), stable = T − canary; N = 5 gives 1+5, 3+3, 5+1 at 17, 50 and 83
 * %.
 * With an HPA stable stays at N and canary = max(the stage's replicas, ⌈w·N⌉), because the autoscaler would undo other
 * counts.
 */
export function split(replicas: number, stage: Pick<Stage, 'weight' | 'replicas'>, hpa: boolean): Split {
  const share = stage.weight / 100;
  if (hpa) return { canary: Math.max(stage.replicas ?? 1, Math.ceil(share * replicas)), stable: replicas };
  const total = replicas + 1;
  const canary = Math.min(Math.max(Math.round(share * total), 1), replicas);
  return { canary, stable: total - canary };
}
