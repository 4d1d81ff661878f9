import type { StoredEvent } from '@alloy/contracts';
import { Receiver } from '../../apps/notifier/src/testing/receiver';
import { Observer } from '../observer/observer';
import { recordRequests } from '../observer/seen-requests';
import { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import type { Broken } from './judge/broken';
import { settledState } from './judge/end-state';
import { checkLateWrite } from './judge/late-write';
import { judge, type Verdict } from './judge/judge';
import { overlapAt } from './overlap';
import type { Outage } from './outages';
import { atInjectionPoint } from './injection-points';
import { policyOf, putRouteSecrets } from './policy';
import type { PlacedFault, Schedule, ScheduledRelease } from './schedule';
import { FaultInjector } from './fault-injector';

/**
 * The manifests of the other tests, with a different Secret for each version, so that Alloy creates and deletes copies.
 */
const manifestsOf = (project: string, tag: string): Readonly<Record<string, string>> => ({
  ...manifests(project),
  secret: `apiVersion: v1\nkind: Secret\nmetadata: { name: web }\ntype: Opaque\nstringData: { greeting: "hello of ${tag}" }\n`,
});

/** A release that has ended, with its events. */
export interface FinishedRelease extends ScheduledRelease {
  readonly project: string;
  readonly id: string;
  readonly events: readonly StoredEvent[];
}

export interface SeedResult extends Verdict {
  readonly seed: number;
  readonly releases: readonly FinishedRelease[];
  readonly outages: readonly Outage[];
  readonly seconds: number;
}

export interface SeedOptions {
  /** Called with lines of text about the progress. */
  readonly onProgress?: (line: string) => void;
  /** Called before the judgement. */
  readonly sabotage?: (installation: Installation, projects: readonly string[]) => Promise<void>;
}

/**
 * Projects with releases side by side: a fault that is placed at a moment of one release affects the others at any
 * moment.
 */
const lanes = ['lane-a', 'lane-b', 'lane-c', 'lane-d'] as const;

/**
 * Only ends a hanging release: at most five faults are placed at a release, others at the releases of the other lanes,
 * and each may last 45 s.
 */
const ENDED = { timeoutMs: 600_000 };

/** Runs a schedule on a separate installation, judges the run, and stops the installation. */
export async function runSeed(schedule: Schedule, options: SeedOptions = {}): Promise<SeedResult> {
  const since = performance.now();
  const receiver = await Receiver.open();
  let installation: Installation | undefined;
  try {
    installation = await Installation.start({ projects: Object.fromEntries(lanes.map((lane) => [lane, policyOf()])), executors: 2 });
    await putRouteSecrets(installation, lanes, receiver.url());
    return await new SeedRun(schedule, installation, receiver, options).run(since);
  } finally {
    await installation?.stop();
    await receiver.close();
  }
}

class SeedRun {
  private readonly injector: FaultInjector;
  private readonly broken: Broken[] = [];
  private observers: ReadonlyMap<string, Observer> = new Map();

  constructor(
    private readonly schedule: Schedule,
    private readonly installation: Installation,
    private readonly receiver: Receiver,
    private readonly options: SeedOptions,
  ) {
    this.injector = new FaultInjector(installation, options.onProgress);
  }

  async run(since: number): Promise<SeedResult> {
    const { installation, schedule, options } = this;
    const requests = (['executor', 'executor-2'] as const).map((replica) => recordRequests(installation.api(replica)));
    const observing = lanes.map(
      async (project) =>
        [
          project,
          await Observer.start({ api: installation.cluster, namespace: project, project, pool: installation.releases.pool, requests }),
        ] as const,
    );
    this.observers = new Map(await Promise.all(observing));
    try {
      const first = await Promise.all(
        lanes.map((project) => this.release(project, { tag: 'v1', behaviour: 'good', aborted: false, faults: [] })),
      );
      const later = (
        await Promise.all(
          lanes.map((project, lane) =>
            this.lane(
              project,
              schedule.releases.filter((_, index) => index % lanes.length === lane),
            ),
          ),
        )
      ).flat();
      await this.injector.recovered();
      await options.sabotage?.(installation, lanes);
      const releases = [...first, ...later];
      const { outages } = this.injector;
      const { broken, judged } = await judge({ installation, observers: this.observers, releases, outages, messages: this.receiver.got });
      return {
        broken: [...this.broken, ...broken],
        judged,
        seed: schedule.seed,
        releases,
        outages,
        seconds: (performance.now() - since) / 1_000,
      };
    } finally {
      await Promise.all([...this.observers.values()].map((observer) => observer.stop()));
    }
  }

  private async lane(project: string, releases: readonly ScheduledRelease[]): Promise<readonly FinishedRelease[]> {
    const finished: FinishedRelease[] = [];
    let stable = 'v1';
    for (const release of releases) {
      const one = await this.release(project, release);
      if (one.events.some(({ type }) => type === 'ReleasePromoted')) stable = one.tag;
      this.broken.push(
        ...(await settledState(this.installation.cluster, project, stable)).map((found) => ({
          ...found,
          release: one.id,
          text: `after ${one.tag}: ${found.text}`,
        })),
      );
      finished.push(one);
    }
    return finished;
  }

  private async release(project: string, release: ScheduledRelease): Promise<FinishedRelease> {
    const { installation, injector } = this;
    const { releases } = installation;
    const [overlaps, others] = [true, false].map((overlap) =>
      release.faults.filter(({ fault }) => (fault.kind === 'overlap') === overlap),
    ) as [PlacedFault[], PlacedFault[]];
    const placed = others.map((fault) => atInjectionPoint(installation, project, fault, () => injector.inject(release.tag, fault)));
    const overlap = overlaps[0] && overlapAt(installation, injector, project, overlaps[0].step);
    const id = await releases.deploy(project, release.tag, manifestsOf(project, release.tag));
    if (overlap) {
      await overlap.held;
      const from = Date.now();
      await releases.abort(id, { orEnded: true });
      await releases.ended(id, ENDED);
      const answer = await overlap.resume();
      injector.record({ fault: overlaps[0]!.fault, release: release.tag, step: overlaps[0]!.step, from, to: Date.now() });
      this.options.onProgress?.(`${release.tag}: the held write of ${answer.replica} was answered ${answer.status}`);
      this.broken.push(...checkLateWrite(release, project, overlaps[0]!.step, answer.status));
    }
    const end = await releases.ended(id, ENDED);
    for (const cancel of placed) cancel();
    this.options.onProgress?.(`${release.tag} of ${project}: ${end}`);
    return { ...release, project, id, events: await releases.events(id) };
  }
}
