import type { Pool } from 'pg';
import { byStream, orderedEvents } from './ordered-events';
import type { ClusterApi } from '../support/cluster-api';
import type { History } from './decisions';
import { checkAbort } from './promises/abort';
import { checkCapacity } from './promises/capacity';
import { checkEndpoints } from './promises/endpoints';
import { checkLiveReads } from './promises/live-reads';
import { checkOnce } from './promises/once';
import { checkRoutes } from './promises/routes';
import { readBefore } from './read-before';
import { Recorder, type Gap } from './recorder';
import { lastWorld, replay, type Revision, type Step, type World } from './revision';
import type { SeenRequest } from './seen-request';
import type { Judgement, Violation } from './violation';
import { whose } from './whose';

export interface ObserverOptions {
  /** Connects directly, not through Alloy's proxies. */
  readonly api: ClusterApi;
  readonly namespace: string;
  readonly project: string;
  /** Default `web`. */
  readonly workload?: string;
  /** The log, without any service. */
  readonly pool: Pool;
  /**
   * The requests of the executors, as recorded by their proxies; one list for each. Without them P14 is not checked.
   */
  readonly requests?: ReadonlyArray<readonly SeenRequest[]>;
}

/** The results for the whole record. */
export interface Findings {
  readonly violations: readonly Violation[];
  /** The number of checked items, by promise. */
  readonly judged: Readonly<Record<string, number>>;
  /** Gaps of the record. */
  readonly gaps: readonly Gap[];
}

/**
 * A program outside of Alloy that records every revision of a namespace, and checks it against the log and Alloy's
 * recorded requests.
 */
export class Observer {
  private constructor(
    private readonly options: ObserverOptions,
    private readonly recorder: Recorder,
  ) {}

  static async start(options: ObserverOptions): Promise<Observer> {
    return new Observer(options, await Recorder.start(options.api, options.namespace));
  }

  /** All recorded steps so far; waits until the record is complete. */
  async steps(): Promise<readonly Step[]> {
    await this.recorder.settle();
    return replay(this.recorder.revisions);
  }

  /** The current namespace, by the watches so far. */
  async world(): Promise<World> {
    await this.recorder.settle();
    return lastWorld(replay(this.recorder.revisions));
  }

  /** Checks P1, P2, P3 and, with requests, P14 so far; and P15 for the aborted releases, with the world before each. */
  async findings(aborted: ReadonlyMap<string, World> = new Map()): Promise<Findings> {
    const after = await this.world();
    const { workload = 'web', namespace, project, pool } = this.options;
    const events = await orderedEvents(pool, project);
    const history: History = byStream(events);
    const requests = this.options.requests?.map((sent) => sent.filter((request) => request.namespace === namespace));
    const input = {
      steps: replay(this.recorder.revisions),
      isAlloys: whose(requests?.flat()),
      readBefore: readBefore(requests?.flat()),
      history,
      workload,
    };
    const judgements: Readonly<Record<string, readonly Judgement[]>> = {
      P1: [checkCapacity(input)],
      P2: [checkEndpoints(input), checkRoutes(input)],
      P3: [checkOnce(events)],
      P14: (requests ?? []).map((sent) => checkLiveReads(sent, replicasAt(this.recorder.revisions))),
      P15: [...aborted].map(([release, before]) =>
        checkAbort({ workload, before, after, events: history.get(`release-${release}`) ?? [] }),
      ),
    };
    return {
      violations: Object.values(judgements)
        .flat()
        .flatMap(({ violations }) => violations),
      judged: Object.fromEntries(
        Object.entries(judgements).map(([promise, all]) => [promise, all.reduce((total, { judged }) => total + judged, 0)]),
      ),
      gaps: this.recorder.gaps,
    };
  }

  async stop(): Promise<void> {
    await this.recorder.stop();
  }
}

/** Replicas of a Deployment at a resourceVersion. */
function replicasAt(revisions: readonly Revision[]): (object: string, version: number) => number | undefined {
  const asked = new Map(
    revisions.map(({ at, object }) => [
      `${object.kind}/${object.metadata.name}@${at}`,
      (object['spec'] as { readonly replicas?: number } | undefined)?.replicas,
    ]),
  );
  return (object, version) => asked.get(`${object}@${version}`);
}
