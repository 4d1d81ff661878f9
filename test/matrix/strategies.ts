import type { StepKind } from '@alloy/release';
import type { InstallationOptions } from '../support/installation';

export type MatrixPolicy = InstallationOptions['projects'][string];

/** A way of releasing, as the cells of the matrix use it. */
export interface MatrixStrategy {
  readonly requested: 'rollout' | 'canary' | 'blueGreen';
  /** Keys of the policy. `held`: the release stays in `middle` until a user promotes it. */
  policy(held: boolean): MatrixPolicy;
  /** The step in which a situation happens. */
  readonly middle: StepKind;
  /** A version that the strategy must roll back, and the code of the reason. */
  readonly bad: { readonly tag: string; readonly code: string };
  /** A version that is in `middle` until a user aborts it. */
  readonly lasting: string;
  /** Whether part or all of the traffic goes to the new version before the promotion. */
  readonly isGradual: boolean;
  /** Whether the new version runs in a second Deployment before the promotion. */
  readonly hasCanary: boolean;
}

const limits = { progressDeadline: 60, analysis: { minRequests: 25 } };
const bad = { tag: 'v2-errors-20', code: 'error_rate' } as const;
const canary = { requested: 'canary', bad, lasting: 'v2', isGradual: true, hasCanary: true } as const;

/** All strategies of the matrix by name. */
export const matrixStrategies = {
  rollout: {
    requested: 'rollout',
    policy: () => limits,
    middle: 'promote',
    bad: { tag: 'v2-crash', code: 'crash_loop' },
    lasting: 'v2-slow',
    isGradual: false,
    hasCanary: false,
  },
  rolloutSteps: {
    requested: 'rollout',
    policy: (held) => ({
      ...limits,
      rollout: {
        maxSurge: 1,
        steps: [{ setWeight: 50 }, { pause: held ? {} : { duration: 1 } }, { analysis: { duration: 2, deadline: 10 } }],
      },
    }),
    middle: 'pause',
    bad,
    lasting: 'v2',
    isGradual: true,
    hasCanary: false,
  },
  stages: {
    ...canary,
    policy: (held) => ({ ...limits, stages: [held ? { weight: 50, duration: 3_600 } : { weight: 50, duration: 2, deadline: 10 }] }),
    middle: 'analyse',
  },
  steps: {
    ...canary,
    policy: (held) => ({
      ...limits,
      steps: [{ setWeight: 50 }, { pause: held ? {} : { duration: 1 } }, { analysis: { duration: 2, deadline: 10 } }, { setWeight: 80 }],
    }),
    middle: 'pause',
  },
  blueGreen: {
    requested: 'blueGreen',
    policy: (held) => ({
      ...limits,
      traffic: { router: 'podRatio', drainSeconds: 1 },
      blueGreen: { postSwitchAnalysis: { duration: 2, deadline: 10 }, scaleDownDelaySeconds: held ? 3_600 : 3 },
    }),
    middle: 'pause',
    bad,
    lasting: 'v2',
    isGradual: true,
    hasCanary: true,
  },
} satisfies Readonly<Record<string, MatrixStrategy>>;

export type StrategyName = keyof typeof matrixStrategies;
