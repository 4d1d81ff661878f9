import type { PromiseId } from '../../observer/violation';

/** A broken promise. `release`: id of the release whose timeline shows it; default: no single release. */
export interface Broken {
  readonly promise: PromiseId;
  readonly project: string;
  readonly release?: string;
  readonly text: string;
}
