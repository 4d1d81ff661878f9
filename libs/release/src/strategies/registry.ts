import type { Strategy } from '../plan';
import { blueGreen } from './blue-green';
import { canary } from './canary';
import { handBack } from './hand-back';
import { rollout } from './rollout';
import type { StrategyFunction } from './strategy';

/** All strategies by name; exhaustive. */
export const strategies: Readonly<Record<Strategy, StrategyFunction>> = { rollout, canary, blueGreen, handBack };
