import type { PlaygroundObject } from '../objects';
import type { AdmissionReview } from './admission-review';
import type { Exchange } from './exchange';
import { ApiError } from './status';
import type { Target } from './target';

/** Throws as the real server does when a webhook denies. Asked last, in a dry run too. */
export function admit({ hooks }: Exchange, { type, namespace, subresource }: Target, operation: AdmissionReview['operation'], object: PlaygroundObject): void {
  const denial = hooks.admit?.({ operation, kind: type.kind, namespace, name: object.metadata.name ?? '', subresource, object });
  if (!denial) return;
  const { webhook, message, code = 400 } = denial;
  throw new ApiError(code, code === 403 ? 'Forbidden' : 'BadRequest', `admission webhook "${webhook}" denied the request: ${message}`);
}
