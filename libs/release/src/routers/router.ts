import type { Payloads } from '../events';
import type { ManagedRoute } from '../managed-routes';
import type { Plan, RouterName, Split } from '../plan';
import type { Stage } from '../policy';

/** How a release that sends part of its traffic to the canary by this router is planned. Pure. */
export interface PlannedRouter {
  readonly name: RouterName;
  /** Whether weights divide the traffic, and not the numbers of pods. */
  readonly isWeighted: boolean;
  /** The kinds of routes of the canary beside its weight that it can have. */
  readonly managed: ReadonlyArray<ManagedRoute['kind']>;
  /** Whether its routes have rules with names. */
  readonly hasNamedRules: boolean;
  /** Whether it can keep a user on a version by a cookie. */
  readonly keepsUsers: boolean;
  /** Number of pods of both tracks at a stage. `replicas`: N; `hpa`: whether an autoscaler scales the workload. */
  split(replicas: number, stage: Pick<Stage, 'weight' | 'replicas'>, hpa: boolean): Split;
  /** What the plan records of the router. */
  planned(inspection: Payloads['TargetInspected']): Pick<Plan, 'router' | 'traffic'>;
}
