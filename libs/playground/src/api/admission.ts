import type { PlaygroundObject } from '../objects';
import { resourceKey } from '../resources';
import type { AdmissionReview, PolicyDenial } from './admission-review';
import type { Exchange } from './exchange';
import { ApiError } from './status';
import type { Target } from './target';

/** Throws as the real server does when a webhook or a policy denies. Asked last, in a dry run too. */
export function admit({ hooks }: Exchange, target: Target, operation: AdmissionReview['operation'], object: PlaygroundObject): void {
  const { type, namespace, subresource } = target;
  const name = object.metadata.name ?? '';
  const denial = hooks.admit?.({ operation, kind: type.kind, namespace, name, subresource, object });
  if (!denial) return;
  if ('policy' in denial) throw deniedByPolicy(target, name, denial);
  const { webhook, message, code = 400 } = denial;
  throw new ApiError(code, code === 403 ? 'Forbidden' : 'BadRequest', `admission webhook "${webhook}" denied the request: ${message}`);
}

const statuses = { Forbidden: 403, Invalid: 422, RequestEntityTooLarge: 413 } as const;

function deniedByPolicy({ type }: Target, name: string, { policy, binding, message, reason = 'Invalid' }: PolicyDenial): ApiError {
  const denied = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`;
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.resource, causes: [{ message: denied }] };
  return new ApiError(statuses[reason], reason, `${resourceKey(type)} "${name}" is forbidden: ${denied}`, details);
}
