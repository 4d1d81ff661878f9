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
