import type { PromiseId } from '../../observer/violation';

/** A promise that was broken. `release`: id of the release whose timeline shows it; default: none in particular. */
export interface Broken {
  readonly promise: PromiseId;
  readonly project: string;
  readonly release?: string;
  readonly text: string;
}
