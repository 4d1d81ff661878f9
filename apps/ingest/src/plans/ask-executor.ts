import type { PlanQuestion, PlanRequests } from '@alloy/ledger';
import type { PlanPreview } from '@alloy/release';
import { sleep } from '@alloy/runtime';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { CommitNotifier } from '../commit-notifier';
import { PLAN_REQUESTS } from '../tokens';

/** How long a client waits for the executor, ms: shorter than the patience of the command line. */
const PATIENCE_MS = 25_000;
const POLL_MS = 50;

/** Asks an executor for a plan, by a row in Postgres that only lives until the answer. */
@Injectable()
export class AskExecutor {
  constructor(
    @Inject(PLAN_REQUESTS) private readonly requests: PlanRequests,
    @Inject(CommitNotifier) private readonly notifier: CommitNotifier,
  ) {}

  /** Throws 503 if no executor answers, or if it could not plan. */
  async plan(question: PlanQuestion): Promise<PlanPreview> {
    const { releaseId } = question;
    await this.requests.ask(question);
    try {
      this.notifier.notifyPlan();
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        const answer = await this.requests.answerTo(releaseId);
        if (answer && 'failure' in answer) throw unavailable('plan_failed', `The executor could not plan the release: ${answer.failure}.`);
        if (answer) return answer;
        await sleep(POLL_MS);
      }
      const seconds = PATIENCE_MS / 1_000;
      throw unavailable('no_executor', `No executor has answered within ${seconds} s: see that it runs and reaches the cluster.`);
    } finally {
      await this.requests.remove(releaseId);
    }
  }
}

const unavailable = (code: string, detail: string): ProblemError => new ProblemError({ status: 503, code, detail });
