import { baselineNameFree } from './baseline-name';
import { canaryLabels } from './canary-labels';
import type { Refusal } from '@alloy/release';
import type { InspectInput } from '../inspect';
import { foreignOwner } from './foreign-owner';
import { kindNotServed } from './kind-not-served';
import { paused } from './paused';
import { podsOverlap } from './pods-overlap';
import { recreates } from './recreates';
import { routeUsable } from './route-usable';
import { rolloutStuck } from './rollout-stuck';
import { selectorChanged } from './selector-changed';
import { serviceRerouted } from './service-rerouted';
import { stableDrifted } from './stable-drifted';

/** The checks of an inspection, in order: the first refusal counts. Each is pure and one file. */
export const checks: ReadonlyArray<(input: InspectInput) => Refusal | null> = [
  kindNotServed,
  foreignOwner,
  baselineNameFree,
  selectorChanged,
  recreates,
  serviceRerouted,
  routeUsable,
  canaryLabels,
  paused,
  rolloutStuck,
  podsOverlap,
  stableDrifted,
];
