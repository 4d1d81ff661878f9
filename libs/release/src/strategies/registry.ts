import type { Strategy } from '../plan';
import { canary } from './canary';
import { rollout } from './rollout';
import type { StrategyFunction } from './strategy';

/** Every strategy by its name; the compiler sees that none is missing. */
export const strategies: Readonly<Record<Strategy, StrategyFunction>> = { rollout, canary };
