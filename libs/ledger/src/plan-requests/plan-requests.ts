import type { Bundle } from '@alloy/contracts';
import type { Payloads, PlannedPolicy, PlanPreview } from '@alloy/release';

/** A release that is only to be planned. */
export interface PlanQuestion {
  /** Id of a release that never exists. */
  readonly releaseId: string;
  readonly project: string;
  readonly environment: string;
  /** As it would be recorded, with an empty `artifact`. */
  readonly request: Payloads['ReleaseRequested'];
  readonly bundle: Bundle;
  /** Null: the stored policy. */
  readonly policy: PlannedPolicy | null;
}

/** The executor's answer; `failure`: it could not plan, and the same request may succeed later. */
export type PreviewAnswer = PlanPreview | { readonly failure: string };

/**
 * Plans that ingest requests and the executor answers. They are no events: nothing happens because of them. The
 * question, which has the manifests, is sealed with the master key.
 */
export interface PlanRequests {
  /** Stores a question. */
  ask(question: PlanQuestion): Promise<void>;
  /** Undefined: there is no answer yet. */
  answerTo(releaseId: string): Promise<PreviewAnswer | undefined>;
  /** Removes a question with its answer. Idempotent. */
  remove(releaseId: string): Promise<void>;
  /**
   * Claims the oldest unclaimed question, for one of all executors; undefined: there is none. Removes questions that no
   * client waits for any more.
   */
  claim(): Promise<PlanQuestion | undefined>;
  /** Ignored if the question was removed. */
  answer(releaseId: string, answer: PreviewAnswer): Promise<void>;
}
