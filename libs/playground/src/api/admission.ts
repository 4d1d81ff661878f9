import type { PlaygroundObject } from '../objects';
import { quotaRefusal } from '../controllers/pod-quota';
import { resourceKey, type ResourceType } from '../resources';
import type { Store } from '../store';
import type { AdmissionReview, Admit, PolicyDenial } from './admission-review';
import type { Exchange } from './exchange';
import { ApiError, badRequest } from './status';
import type { Target } from './target';

/** Throws like the real server if a webhook or a policy denies. Called last, also in a dry run. */
export function admit(
  { hooks, store }: Exchange, target: Target & { readonly dryRun: boolean }, operation: AdmissionReview['operation'],
  object: PlaygroundObject,
): void {
  const denied =
    denialOf(hooks.admit, target, operation, object) ??
    (operation === 'CREATE' && target.type.kind === 'Pod' ? exceededQuota(store, object) : undefined);
  if (denied) throw denied;
}

/** The API server's answer to a write that a webhook or a policy denies; undefined: allowed. */
export function denialOf(
  decide: Admit | undefined,
  target: Pick<Target, 'type' | 'namespace' | 'subresource'> & { readonly dryRun?: boolean },
  operation: AdmissionReview['operation'],
  object: PlaygroundObject,
): ApiError | undefined {
  const { type, namespace, subresource, dryRun = false } = target;
  const name = object.metadata.name ?? '';
  const denial = decide?.({ operation, kind: type.kind, namespace, name, subresource, dryRun, object });
  if (!denial) return undefined;
  if ('webhookWithSideEffects' in denial)
    return dryRun ? badRequest(`admission webhook "${denial.webhookWithSideEffects}" does not support dry run`) : undefined;
  if ('policy' in denial) return deniedByPolicy(type, name, denial);
  const { webhook, message, code = 400 } = denial;
  return new ApiError(code, code === 403 ? 'Forbidden' : 'BadRequest', `admission webhook "${webhook}" denied the request: ${message}`);
}

const statuses = { Forbidden: 403, Invalid: 422, RequestEntityTooLarge: 413 } as const;

/** The API server's answer to a pod that exceeds a ResourceQuota; undefined: allowed. */
export function exceededQuota(store: Store, { metadata: { namespace, name, generateName = '' } }: PlaygroundObject): ApiError | undefined {
  const refusal = quotaRefusal(store, namespace);
  return refusal === undefined
    ? undefined
    : new ApiError(403, 'Forbidden', `pods "${name || generateName}" is forbidden: ${refusal}`, { name: name ?? '', kind: 'pods' });
}

function deniedByPolicy(type: ResourceType, name: string, { policy, binding, message, reason = 'Invalid' }: PolicyDenial): ApiError {
  const denied = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`;
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.resource, causes: [{ message: denied }] };
  return new ApiError(statuses[reason], reason, `${resourceKey(type)} "${name}" is forbidden: ${denied}`, details);
}
