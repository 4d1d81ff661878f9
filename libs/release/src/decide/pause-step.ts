import { askedBy } from '../reasons/asked-by';
import type { Decision } from '../context';
import type { Current } from '../current';
import type { PendingIntent } from '../state';
import { complete } from './steps';

/** A user ends the pause step. */
export function endPause(current: Current, code: 'promoted_by_person' | 'resumed_by_person', intent: PendingIntent): Decision {
  const { spec } = current;
  const weight = spec.kind === 'pause' ? spec.weight : null;
  return complete(current, askedBy(code, `pause at ${weight} % ended`, intent, { step: spec.kind, weight }));
}
