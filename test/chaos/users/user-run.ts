import type { KubeObject, StoredEvent } from '@alloy/contracts';
import { seededRandom } from '@alloy/playground';
import { parse } from 'yaml';
import { Receiver } from '../../../apps/notifier/src/testing/receiver';
import { Observer } from '../../observer/observer';
import type { Step } from '../../observer/revision';
import { recordRequests } from '../../observer/seen-requests';
import { Installation } from '../../support/installation';
import { manifests } from '../../support/manifests';
import { FaultInjector } from '../fault-injector';
import { atInjectionPoint } from '../injection-points';
import { settledState } from '../judge/end-state';
import type { Broken } from '../judge/broken';
import { policyOf, putRouteSecrets, STAGE_SECONDS } from '../policy';
import { describeAct, type ActDuring } from './act';
import { judgeLane } from './judge/judge-lane';
import { User, type Deployment, type Done } from './user';
import type { UserSabotage } from './user-sabotage';
import { LANES, type UserSchedule, type Round } from './user-schedule';

/** A round that has ended. */
export interface FinishedRound extends Round {
  readonly project: string;
  readonly id: string;
  readonly events: readonly StoredEvent[];
  readonly doneBefore?: Done;
  readonly doneDuring?: Done;
  /** Whether a renamed Deployment ran when the release began. */
  readonly isRenamed: boolean;
  /** Right after the end of the release. */
  readonly after?: Deployment;
}

export interface UserResult {
  readonly seed: number;
  readonly rounds: readonly FinishedRound[];
  readonly broken: readonly Broken[];
  readonly seconds: number;
}

export interface UserOptions {
  readonly onProgress?: (line: string) => void;
  readonly sabotage?: UserSabotage;
}

/** Only ends a hanging release, also on a machine with ten times its load. */
const ENDED = { timeoutMs: 600_000 };
/** Longer deadlines than with freezes: no part is absent for long, and a busy machine must not end a good release. */
const policy = (): ReturnType<typeof policyOf> => ({
  ...policyOf(), stages: [{ weight: 50, duration: STAGE_SECONDS, deadline: 20 }], progressDeadline: 20, inspectionDeadline: 30,
});
const projects = Array.from({ length: LANES }, (_, lane) => `user-${lane + 1}`);

/**
 * A Secret and a ConfigMap for each version, and no number of pods, which is the users'. An invalid version has a field
 * that the API server does not know.
 */
function manifestsOf(project: string, { tag, version }: Pick<Round, 'tag' | 'version'>): Readonly<Record<string, string>> {
  const { deployment, service } = manifests(project);
  const from = 'envFrom: [{ secretRef: { name: web } }, { configMapRef: { name: web } }]';
  return {
    deployment: deployment.replace('envFrom: [{ secretRef: { name: web } }]', from).replace(/^  replicas: .*\n/m, ''),
    service: version === 'invalid' ? service.replace('spec: {', 'spec: { sessionAfinity: ClientIP,') : service,
    secret: `apiVersion: v1\nkind: Secret\nmetadata: { name: web }\ntype: Opaque\nstringData: { greeting: "hello of ${tag}" }\n`,
    config: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { colour: "${tag}" }\n`,
  };
}

/** Runs a schedule on a separate installation of the playground, judges the run, and stops the installation. */
export async function runUsersOf(schedule: UserSchedule, options: UserOptions = {}): Promise<UserResult> {
  const since = performance.now();
  const receiver = await Receiver.open();
  let installation: Installation | undefined;
  try {
    installation = await Installation.start({ projects: Object.fromEntries(projects.map((one) => [one, policy()])), executors: 2 });
    await putRouteSecrets(installation, projects, receiver.url());
    const run = new UserRun(schedule, installation, options);
    const lanes = await Promise.all(projects.map((project, lane) => run.lane(project, lane)));
    return {
      seed: schedule.seed,
      rounds: lanes.flatMap(({ rounds }) => rounds),
      broken: lanes.flatMap(({ broken }) => broken),
      seconds: (performance.now() - since) / 1_000,
    };
  } finally {
    await installation?.stop();
    await receiver.close();
  }
}

interface Lane {
  readonly rounds: readonly FinishedRound[];
  readonly broken: readonly Broken[];
}

class UserRun {
  private readonly injector: FaultInjector;
  private readonly requests;

  constructor(
    private readonly schedule: UserSchedule,
    private readonly installation: Installation,
    private readonly options: UserOptions,
  ) {
    this.injector = new FaultInjector(installation, options.onProgress);
    this.requests = (['executor', 'executor-2'] as const).map((replica) => recordRequests(installation.api(replica)));
  }

  async lane(project: string, lane: number): Promise<Lane> {
    const { cluster, releases: { pool } } = this.installation;
    const observer = await Observer.start({ api: cluster, namespace: project, project, pool, requests: this.requests });
    try {
      const user = new User(cluster, project, seededRandom(30_000 + this.schedule.seed * LANES + lane));
      const rounds: FinishedRound[] = [];
      // Alloy adopts what runs before it, so that there is a version to undo to.
      await user.createAll(Object.values(manifestsOf(project, { tag: 'v0', version: 'good' })).map((text) => parse(text) as KubeObject));
      for (const round of [{ tag: 'v1', version: 'good' as const, faults: [] }, ...this.schedule.lanes[lane]!]) {
        rounds.push(await this.round(project, round, user));
      }
      await this.injector.recovered();
      const { releases } = this.installation;
      const seen = await Promise.all(rounds.map(async (round) => ({ ...round, events: await releases.events(round.id) })));
      return { rounds: seen, broken: await this.judge(project, seen, observer) };
    } finally {
      await observer.stop();
    }
  }

  private async round(project: string, round: Round, user: User): Promise<FinishedRound> {
    const { installation, injector, options } = this;
    const isLast = round.tag.includes('-end');
    if (round.before !== 'rename') await user.tidy();
    if (isLast) await user.resetScale();
    const doneBefore = round.before && !isLast ? await this.act(user, project, { act: round.before }) : undefined;
    const isRenamed = await user.isRenamed();
    let acting: Promise<Done> | undefined;
    const placed = [
      ...round.faults.map((fault) => atInjectionPoint(installation, project, fault, () => injector.inject(round.tag, fault))),
      ...(round.during
        ? [atInjectionPoint(installation, project, { step: round.during.step, moment: 'begun' }, () => {
            acting = this.act(user, project, round.during!);
          })]
        : []),
      ...(options.sabotage?.place(installation, project, round) ?? []),
    ];
    const id = await installation.releases.deploy(project, round.tag, manifestsOf(project, round));
    const end = await installation.releases.ended(id, ENDED);
    for (const cancel of placed) cancel();
    const doneDuring = await acting;
    await options.sabotage?.afterwards?.(installation, project, round, end);
    const after = await user.deployment();
    options.onProgress?.(`${round.tag} of ${project}: ${end}`);
    return {
      ...round, project, id, isRenamed, events: await installation.releases.events(id),
      ...(doneBefore && { doneBefore }), ...(doneDuring && { doneDuring }), ...(after && { after }),
    };
  }

  private async act(user: User, project: string, { act, step }: Pick<ActDuring, 'act'> & Partial<ActDuring>): Promise<Done> {
    const done = await user.act(act);
    this.options.onProgress?.(`user in ${project}: ${describeAct({ act, step })}${done.isDone ? '' : ' (nothing to do)'}`);
    return done;
  }

  private async judge(project: string, rounds: readonly FinishedRound[], observer: Observer): Promise<readonly Broken[]> {
    const last = rounds.at(-1)!;
    const settled = await settledState(this.installation.cluster, project, last.tag);
    // The live reads before writes (P14) are checked by the suites in which only Alloy writes.
    const { violations } = await observer.findings();
    const steps: readonly Step[] = await observer.steps();
    return [
      ...judgeLane(rounds, steps),
      ...settled.map((broken) => ({ ...broken, release: last.id })),
      ...violations
        .filter(({ promise }) => promise !== 'P14')
        .map(({ promise, text, at }): Broken => ({ promise, project, text: `${text} (at ${at})` })),
    ];
  }
}
