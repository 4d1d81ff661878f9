import type { Drift, Reason } from '../events';
import { reason } from './reason';

/** Who changed what outside Alloy, for users. */
export function driftReason({ object, manager, fields }: Drift): Reason {
  const pods = fields.find(({ found }) => found !== null);
  const changes = fields.map(({ path, expected, found }) =>
    found === null ? path : `${path} is ${found}${expected === null ? '' : ` instead of ${expected}`}`,
  );
  const text = `${object.kind} ${object.name} was changed by ${manager ?? 'another client'}: ${changes.join(', ')}`;
  return reason('drifted', 'cluster', text, {
    object: `${object.kind}/${object.name}`,
    manager,
    ...(pods && { expected: pods.expected, found: pods.found }),
  });
}
