import type { Refusal } from '@alloy/release';
import { standing } from '../../fence';
import { isBaseline } from '../../live';
import { baselineName } from '../../revision';
import type { InspectInput } from '../inspect';

/** The longest name of a Deployment. */
const LONGEST = 253;

/** An experiment needs a Deployment whose name is too long, or that another client's has. */
export function baselineNameFree({ bundle, live: { baseline }, owner, wantsBaseline }: InspectInput): Refusal | null {
  if (!wantsBaseline) return null;
  const name = baselineName(bundle.workload);
  if (name.length > LONGEST) {
    const text = `an experiment of the policy makes Deployment ${bundle.workload.slice(0, 20)}…-baseline, whose name would have ${name.length} characters, and ${LONGEST} are allowed: shorten the name of the workload`;
    return { code: 'invalid_object', text };
  }
  if (!baseline || (isBaseline(baseline.object) && standing(baseline.object, owner) !== 'foreign')) return null;
  return {
    code: 'foreign_owner',
    text: `an experiment of the policy makes Deployment ${name}, which exists and was not made by this project: rename or delete it, or use analysis in place of experiment`,
  };
}
