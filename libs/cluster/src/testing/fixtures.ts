import type { Bundle, KubeObject } from '@alloy/contracts';
import { policy, request, START } from '@alloy/release/testing';
import {
  strategies, type Current, type PlannedPolicy, type RollbackSpec, type RunningState, type ScaleDownSpec, type StableRef,
  type Strategy, type TrafficPlan,
} from '@alloy/release';
import type { Deployment } from '../json';

export const deployment = (image: string, replicas?: number, extra: Partial<Deployment['spec']> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    ...(replicas !== undefined && { replicas }),
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'web',
            image,
            envFrom: [{ configMapRef: { name: 'settings' } }],
            env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } }],
          },
        ],
      },
    },
    ...extra,
  },
});

export const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
export const configMap = (colour: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
  data: { COLOUR: colour },
});
export const secretObject: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys', namespace: 'shop' },
  type: 'Opaque',
  data: { key: 'czNjcmV0' },
};

/**
 * Deployment, Service, ConfigMap and Secret of one version. Each version has another ConfigMap, and all have the same
 * Secret.
 */
export const bundleOf = (version: string, replicas?: number): Bundle => ({
  workload: 'web',
  objects: [deployment(`shop:${version}`, replicas), service, configMap(version), secretObject],
});

/** In place of a keyed hash: returns different values for different contents. */
export function nameHash(content: string): string {
  let hash = 7;
  for (const char of content) hash = (hash * 31 + char.charCodeAt(0)) % 0xffff_ffff;
  return hash.toString(16).padStart(40, '0').split('').reverse().join('');
}

export interface Scenario {
  readonly releaseId: string;
  readonly slot: number;
  readonly stable: StableRef | null;
  readonly strategy: Strategy;
  readonly replicas: number;
  readonly promoted?: number;
  /** Of a release with the router gatewayApi or nginxIngress, or with the strategy blueGreen; default: podRatio. */
  readonly traffic?: TrafficPlan;
  /** Keys of the policy that differ from that of the other tests. */
  readonly policy?: Partial<PlannedPolicy>;
}

const target = { cluster: 'default', namespace: 'shop' };

const policyOf = ({ traffic, policy: over }: Scenario): PlannedPolicy =>
  ({ ...policy, ...(traffic?.canaryIngress ? byIngress : traffic?.route ? weighted : traffic && switching), ...over });

const weighted = { traffic: { router: 'gatewayApi', drainSeconds: 5 } } as const;
const byIngress = { traffic: { router: 'nginxIngress', drainSeconds: 5 } } as const;
const switching = {
  traffic: { router: 'podRatio', drainSeconds: 5 },
  blueGreen: { previewReplicas: 1, postSwitchAnalysis: { duration: 5 }, pause: {} },
} as const;

export const planOf = (scenario: Scenario) => {
  const { strategy, replicas, promoted = replicas, traffic } = scenario;
  return strategies[strategy]({
    policy: policyOf(scenario),
    target,
    mode: 'metrics',
    inspection: { exists: true, replicas, ready: replicas, owner: 'alloy', hpa: false, refusal: null, ...(traffic && { traffic }) },
    replicas,
    promoted,
  });
};

/** A running state at one step of the plan; `decision` is the version of the decision that started it. */
export function at(scenario: Scenario, index: number, decision: number): RunningState {
  const plan = planOf(scenario);
  const spec = plan.steps[index]!;
  const status = spec.kind === 'promote' || spec.kind === 'retire' ? 'promoting' : 'releasing';
  return { ...running(scenario, current(spec, index, decision)), status } as RunningState;
}

/** The same release in its rollback. */
export function rollingBack(
  scenario: Scenario,
  from: 'releasing' | 'promoting',
  decision: number,
  evidence: Readonly<Record<string, string>> = {},
): RunningState {
  const spec: RollbackSpec = {
    kind: 'rollback',
    target,
    deadline: 8,
    to: scenario.stable,
    replicas: scenario.replicas,
    onFirstFailure: 'keep',
  };
  const rollbackReason = { code: 'progress_deadline', rule: 'test', text: 'test', evidence } as const;
  return { ...running(scenario, current(spec, -1, decision)), status: 'rollingBack', rolledBackFrom: from, rollbackReason } as RunningState;
}

/** The same release while its canary is scaled down. */
export function scalingDown(scenario: Scenario, decision: number): RunningState {
  const spec: ScaleDownSpec = { kind: 'scaleDownCanary', target, deadline: 8, replicas: scenario.replicas };
  const scaleDownReason = { code: 'error_rate', rule: 'test', text: 'test', evidence: {} } as const;
  return { ...running(scenario, current(spec, -1, decision)), status: 'scalingDown', scaleDownReason } as RunningState;
}

const current = (spec: Current['spec'], step: number, decision: number): Current => ({
  ref: { step, attempt: 1, decision },
  spec,
  startedAt: START,
  progressedAt: START,
  effectDone: false,
  ready: false,
  effectDoneAt: null,
  readyAt: null,
  absenceDetected: false,
  pauses: [],
  mostReady: 0,
  workload: null,
  degraded: null,
  blocked: null,
  deleted: null,
  effectFailed: null,
  access: null,
  verdict: null,
});

function running(scenario: Scenario, now: Current): Omit<RunningState, 'status'> {
  return {
    releaseId: scenario.releaseId,
    project: 'shop',
    environment: 'production',
    version: now.ref.decision,
    request: { ...request, artifact: scenario.releaseId },
    requestedBy: { kind: 'ci', id: 'demo' },
    requestedAt: START,
    updatedAt: START,
    intents: [],
    plan: planOf(scenario),
    policy: policyOf(scenario),
    slotCounter: scenario.slot,
    stable: scenario.stable,
    plannedAt: START,
    done: Math.max(0, now.ref.step),
    current: now,
    weights: { asked: 0, reached: null },
    analysis: null,
    verdicts: [],
  } as Omit<RunningState, 'status'>;
}
