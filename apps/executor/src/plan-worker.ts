import type { PlanRequests } from '@alloy/ledger';
import { answerPlan } from './answer-plan';
import type { InspectionPorts } from './executor-ports';

export interface PlanWorkerOptions extends InspectionPorts {
  readonly requests: PlanRequests;
  /** Called when a plan could not be made. */
  readonly onError: (error: unknown, releaseId: string) => void;
  /** Ms since 1970. */
  readonly now: () => Promise<number>;
}

/** Answers requests for plans, one after the other, so that they do not delay releases. */
export class PlanWorker {
  constructor(private readonly options: PlanWorkerOptions) {}

  /** Answers all open requests. Idempotent. */
  async round(): Promise<void> {
    const { requests, onError, now } = this.options;
    for (let question = await requests.claim(); question; question = await requests.claim()) {
      const { releaseId } = question;
      try {
        await requests.answer(releaseId, await answerPlan(question, this.options, await now()));
      } catch (error) {
        onError(error, releaseId);
        await requests.answer(releaseId, { failure: 'the executor failed; its log has the cause' });
      }
    }
  }
}
