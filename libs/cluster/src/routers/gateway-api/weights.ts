import type { NewBackends as Changed } from '../weighted-route/route-format';
import { weightsIn } from '../weighted-route/weights';
import { weightFormat, type BackendRef } from './route';

export type NewBackends = Changed<BackendRef>;

export const { mostOn, notedWeights, reachedBy, restored, shifted } = weightsIn(weightFormat);
