import type { PlaygroundObject } from '../objects';

/** A write before it is stored, as passed to a validating admission webhook. */
export interface AdmissionReview {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly kind: string;
  readonly namespace: string | undefined;
  /** `''` if the server generates the name. */
  readonly name: string;
  /** For example `scale`. */
  readonly subresource: string | undefined;
  /** Whether nothing will be stored. */
  readonly dryRun: boolean;
  readonly object: PlaygroundObject;
}

/** A refusal by an admission webhook or by a ValidatingAdmissionPolicy. */
export type Denial = WebhookDenial | PolicyDenial | SideEffects;

export interface WebhookDenial {
  /** Name of the webhook in the server's message. */
  readonly webhook: string;
  readonly message: string;
  /** HTTP status of the refusal; default 400, like the server. */
  readonly code?: number;
}

/** A webhook with side effects allows the write; the API server refuses to call it in a dry run. */
export interface SideEffects {
  readonly webhookWithSideEffects: string;
}

export interface PolicyDenial {
  /** Name of the ValidatingAdmissionPolicy. */
  readonly policy: string;
  readonly binding: string;
  readonly message: string;
  /** The policy's `reason`, which determines the HTTP status; default `Invalid` (422), like the server. */
  readonly reason?: 'Forbidden' | 'Invalid' | 'RequestEntityTooLarge';
}

/** The cluster's admission control; undefined: nothing is denied. */
export type Admit = (review: AdmissionReview) => Denial | undefined;
