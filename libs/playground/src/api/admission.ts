import type { PlaygroundObject } from '../objects';
import type { Exchange } from './exchange';
import { ApiError } from './status';
import type { Target } from './target';

/** A write that is about to be stored, as a validating admission webhook is asked about it. */
export interface AdmissionReview {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly kind: string;
  readonly namespace: string | undefined;
  /** `''` where the server is to make one up. */
  readonly name: string;
  /** `scale` and the like. */
  readonly subresource: string | undefined;
  readonly object: PlaygroundObject;
}

/** A webhook's no. */
export interface Denial {
  /** Its name, as the server tells it. */
  readonly webhook: string;
  readonly message: string;
  /** HTTP status of the refusal; default 400, as the server's. */
  readonly code?: number;
}

/** The cluster's admission webhooks; undefined: nothing is denied. */
export type Admit = (review: AdmissionReview) => Denial | undefined;

/** Throws as the real server does when a webhook denies. Asked last, in a dry run too. */
export function admit({ hooks }: Exchange, { type, namespace, subresource }: Target, operation: AdmissionReview['operation'], object: PlaygroundObject): void {
  const denial = hooks.admit?.({ operation, kind: type.kind, namespace, name: object.metadata.name ?? '', subresource, object });
  if (!denial) return;
  const { webhook, message, code = 400 } = denial;
  throw new ApiError(code, code === 403 ? 'Forbidden' : 'BadRequest', `admission webhook "${webhook}" denied the request: ${message}`);
}
