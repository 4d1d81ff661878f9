import type { DryRunReport, Refusal } from '@alloy/release';
import { limiter } from '@alloy/runtime';
import { stableJson } from '../../stable-json';
import { keyOf } from '../../with-owner';
import { answerTo, type Answer, type DryRunCluster } from './answer-to';
import type { PlannedWrite } from './planned-writes';

export interface DryRun {
  readonly report: DryRunReport;
  /** In the order of the writes; empty: the API server refuses none. */
  readonly refusals: readonly Refusal[];
}

/** Number of requests at the same time. */
const PARALLEL = 16;

interface Begun {
  readonly write: PlannedWrite;
  readonly answer: Promise<Answer>;
}

/** The dry runs of one inspection. A write can be tried while others are not known yet. */
export class DryRuns {
  private readonly limited = limiter(PARALLEL);
  private readonly begun = new Map<string, Begun>();
  private ended: unknown;

  constructor(private readonly cluster: DryRunCluster) {}

  /** Tries a write that will most probably be part of the release; `report` has its answer then. */
  begin(write: PlannedWrite): void {
    const answer = this.limited(async () => {
      if (this.ended !== undefined) throw this.ended;
      return answerTo(this.cluster, write);
    });
    // A failure is that of the report; without a report it matters to no one.
    answer.catch((error: unknown) => this.end(error));
    this.begun.set(keyOf(write.object), { write, answer });
  }

  /** Sends no further requests; `cause`: the error of those that were not sent. */
  end(cause: unknown = new Error('the inspection has ended')): void {
    this.ended ??= cause;
  }

  /**
   * What the API server says about all writes; tries those that were not begun. Nothing is stored. Rejects with
   * `ClusterError` if an answer says nothing about the object: `forbidden`, `unreachable` and all that may succeed
   * later; then no further request is sent.
   */
  async report(writes: readonly PlannedWrite[]): Promise<DryRun> {
    for (const write of writes) if (!this.isBegun(write)) this.begin(write);
    const answers = await Promise.all(writes.map(({ object }) => this.begun.get(keyOf(object))!.answer));
    const of = (result: Answer['result']) =>
      answers.filter((answer) => answer.result === result).map(({ kind, name, cause }) => ({ kind, name, cause }));
    return {
      report: {
        checked: answers.filter(({ result }) => result !== 'not_checked').length,
        refused: of('refused'),
        notChecked: of('not_checked'),
      },
      refusals: answers.filter(({ result }) => result === 'refused').map(({ code, cause }) => ({ code, text: cause })),
    };
  }

  private isBegun({ object, live }: PlannedWrite): boolean {
    const begun = this.begun.get(keyOf(object))?.write;
    return begun !== undefined && begun.live === live && stableJson(begun.object) === stableJson(object);
  }
}
