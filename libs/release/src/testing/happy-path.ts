import type { StepKind } from '../plan';
import { isEnded } from '../guards';
import type { State } from '../state';
import {
  applied, baselineScaled, currentOf, handedBack, inspected, passed, ready, requested, resumedBy, scaled, shifted, type By, type Fact,
} from './facts';
import { after, type Along, type Scenario } from './scenario';

/** Facts that complete the current step successfully. */
export function happyFacts(state: State): readonly (Fact | By | ReturnType<typeof after>)[] {
  const { spec } = currentOf(state);
  switch (spec.kind) {
    case 'apply':
    case 'retire':
      return [applied()];
    case 'scaleCanary':
    case 'promote':
      return [scaled(), ready()];
    case 'scaleBaseline':
      return [baselineScaled()];
    case 'shiftTraffic':
    case 'setHeaderRoute':
    case 'setMirrorRoute':
    case 'setPartition':
      return [shifted()];
    case 'handBack':
      return [handedBack()];
    case 'analyse':
      return [after(spec.duration), passed()];
    case 'pause':
      return [spec.duration === null ? resumedBy('ada') : after(spec.duration)];
    case 'rollback':
    case 'scaleDownCanary':
      return [shifted(0)];
  }
}

/** Far more steps than any plan in the tests has. */
const MOST_STEPS = 100;

/**
 * Completes steps until the `nth` step of this kind has started, or (no kind) until the end. Requests the release first
 * if it does not exist.
 */
export const happyUntil = (kind?: StepKind | 'rollback', nth = 1): Along => ({
  along: (scenario) => {
    if (scenario.state.status === 'none') scenario.play([requested()]);
    if (scenario.state.status === 'gated') scenario.play([inspected()]);
    for (let seen = 0, last = 0, steps = 0; !isEnded(scenario.state); steps++) {
      if (steps > MOST_STEPS) throw new Error(`the release does not reach ${kind ?? 'its end'}: status ${scenario.state.status}`);
      const { spec, ref } = currentOf(scenario.state);
      if (spec.kind === kind && ref.decision !== last) seen++;
      if (seen === nth) return;
      last = ref.decision;
      step(scenario);
    }
  },
});

const step = (scenario: Scenario): void => {
  for (const fact of happyFacts(scenario.state)) scenario.play([fact]);
};
