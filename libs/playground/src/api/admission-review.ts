import type { PlaygroundObject } from '../objects';

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

/** A refusal by an admission webhook or by a ValidatingAdmissionPolicy. */
export type Denial = WebhookDenial | PolicyDenial;

export interface WebhookDenial {
  /** Name of the webhook, as the server's message has it. */
  readonly webhook: string;
  readonly message: string;
  /** HTTP status of the refusal; default 400, as the server's. */
  readonly code?: number;
}

export interface PolicyDenial {
  /** Name of the ValidatingAdmissionPolicy. */
  readonly policy: string;
  readonly binding: string;
  readonly message: string;
  /** The policy's `reason`, which chooses the HTTP status; default `Invalid` (422), as the server's. */
  readonly reason?: 'Forbidden' | 'Invalid' | 'RequestEntityTooLarge';
}

/** The cluster's admission control; undefined: nothing is denied. */
export type Admit = (review: AdmissionReview) => Denial | undefined;
