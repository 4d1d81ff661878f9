import { checkDocument } from '@alloy/policy';
import { previewDecision } from '@alloy/release';
import { context, identity, inspection, request } from '@alloy/release/testing';
import { number, goalResult, type Section } from './section';

const SECONDS = 3;
const GOAL_PER_SECOND = 500;

const document = {
  apiVersion: 'alloy.dev/v1',
  kind: 'Project',
  metadata: { name: 'shop' },
  spec: {
    environments: {
      production: {
        image: 'registry.example.com/shop/web',
        traffic: { router: 'podRatio' },
        steps: [5, 20, 50, 80].flatMap((weight) => [{ setWeight: weight }, { pause: { duration: 60 } }, { analysis: { duration: 120 } }]),
      },
    },
  },
};

/** Checks the document as `alloy project lint` does, and decides the plan of a canary of its twelve steps. */
function lintAndCompile(): void {
  const checked = checkDocument(document);
  if ('faults' in checked) throw new Error(`the document of the bench has faults: ${checked.faults.map(({ text }) => text).join(', ')}`);
  const policy = checked.document.spec.environments['production']!;
  const asked = { ...request, strategy: 'canary' as const };
  const { decision } = previewDecision({
    ...identity, request: asked, context: { ...context, policy }, inspection, adopted: null, now: 0,
  });
  const steps = decision.type === 'ReleasePlanned' ? decision.data.plan.steps.length : 0;
  if (steps !== 19) throw new Error(`the plan of the bench has ${steps} steps`);
}

/** Measures how many policies with twelve steps are checked and compiled to a plan per second, in one process. */
export function benchPlans(): Section {
  for (let i = 0; i < 50; i += 1) lintAndCompile();
  const begun = performance.now();
  let plans = 0;
  for (; performance.now() - begun < SECONDS * 1_000; plans += 1) lintAndCompile();
  const perSecond = plans / ((performance.now() - begun) / 1_000);
  const value = `${number(perSecond)}/s`;
  return {
    title: 'Checking a policy and compiling its plan',
    text: 'A project file with twelve steps is checked as `alloy project lint` does, and `decide` compiles the plan of a canary ' +
      'by it, in one process.',
    head: ['', 'plans', 'per second', 'goal'],
    rows: [['check and compile', number(plans), value, `≥ ${GOAL_PER_SECOND}/s`]],
    figures: [{
      name: 'check of a policy and compilation of its plan', value, goal: `≥ ${GOAL_PER_SECOND}/s`,
      result: goalResult(perSecond >= GOAL_PER_SECOND),
    }],
  };
}
