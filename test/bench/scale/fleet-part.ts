import { join } from 'node:path';
import { Installation } from '../../support/installation';
import { number } from '../section';
import { countRequests, total } from './audit-counts';
import type { ClusterUnderTest } from './cluster-under-test';
import { profilable, profileOf, selfTimes } from './cpu-profile';
import { Fleet, type Reached } from './fleet';
import type { Candidate, ScaleOptions, Wanted } from './options';
import type { Part, PartResult } from './part';
import { functionProfile, requestProfile, serviceProfile, statementProfile } from './profiles';
import type { Measured } from './rows';
import { settled } from './settled';
import { spreadOf } from './spread';
import { countingSettings, Statements } from './statements';
import { startCluster } from './start-cluster';
import { measureSteady, type Steady } from './steady';
import type { Profile } from './table';

const PROJECT = 'base';
/** Time limits; the report contains what was reached by then. */
const BURST_MS = 300_000;
const LIVE_MS = 240_000;
const MANY_MS = 420_000;
const CANARIES_MS = 300_000;
const PROFILE_SECONDS = 10;
/** Share of the machine's time above which other load affects the figures. */
const BUSY = 0.9;
const MANY_ROWS: readonly string[] = ['steady-many', 'rss-many', 'canaries'];

/**
 * Measures first releases of a whole fleet at once, and then the cost while each project has a canary that waits for
 * its pod.
 */
export const measureFleet: Part = async ({ name, build }, options, wanted, disposal) => {
  const server = await disposal.add(startCluster(options));
  await server.createNamespaces([PROJECT]);
  const projects = { [PROJECT]: {} };
  const installation = await disposal.add(
    Installation.start({ projects, undisturbed: true, server: server.given, postgresSettings: countingSettings, env: profilable, build }),
  );
  const bench = new FleetBench(options, installation, server, await Statements.on(installation.releases.pool));
  const measure = async (): Promise<PartResult> => {
    await bench.burst();
    if (wantsSteady(wanted)) await bench.steady(name === 'current');
    if (hasMany(name, options) && MANY_ROWS.some(wanted)) await bench.many(wanted);
    return bench.result;
  };
  return unlessLost(server, measure());
};

/** The bench does not measure the older build with many live releases: that would take longer than everything else. */
const hasMany = (name: Candidate['name'], { live, many }: ScaleOptions): boolean => name === 'current' && many > live;

const wantsSteady = (wanted: Wanted): boolean => ['steady', 'rss', 'cpu', 'statements', ...MANY_ROWS].some(wanted);

/** Returns the result of the work; rejects if the cluster ends by itself before that. */
const unlessLost = <T>({ lost }: Pick<ClusterUnderTest, 'lost'>, work: Promise<T>): Promise<T> =>
  Promise.race([work, lost.then((why) => Promise.reject(new Error(why)))]);

class FleetBench {
  private readonly fleet: Fleet;
  private figures: Measured = {};
  private profiles: Readonly<Record<string, Profile>> = {};
  private readonly notes: string[] = [];

  constructor(
    private readonly options: ScaleOptions,
    private readonly installation: Installation,
    private readonly server: ClusterUnderTest,
    private readonly statements: Statements,
  ) {
    this.fleet = new Fleet(installation, server);
  }

  get result(): PartResult {
    return { figures: this.figures, profiles: this.profiles, notes: this.notes };
  }

  async burst(): Promise<void> {
    const { live } = this.options;
    const from = this.server.audit.here();
    const { seconds, count } = await this.firstReleases(live, BURST_MS);
    const counts = countRequests(await this.server.audit.between(from));
    this.add({ burst: count < live ? Infinity : seconds }, { burst: requestProfile(counts, { seconds, live }) });
  }

  /** `profiled`: whether to record a CPU profile of the watcher afterwards. */
  async steady(profiled: boolean): Promise<void> {
    const live = await this.goLive(LIVE_MS);
    const steady = await this.measure();
    const { requests, rss, cpu, statements, seconds } = steady;
    const executed = statements.reduce((all, { calls }) => all + calls, 0);
    const figures = { live, kinds: await this.watchedKinds(), requests: total(requests) / seconds, rss: sum(rss), cpu: cpu.watcher };
    this.add(
      { ...figures, statements: executed / seconds },
      {
        steady: requestProfile(requests, { seconds, live }),
        statements: statementProfile(statements, seconds),
        rss: serviceProfile('Resident memory.', 'MiB', rss),
        ...(profiled && { cpu: await this.watcherProfile(steady) }),
      },
    );
  }

  /** Measures a larger fleet in steady state, then makes all its canaries continue at the same moment. */
  async many(wanted: Wanted): Promise<void> {
    await this.firstReleases(this.options.many, MANY_MS);
    const live = await this.goLive(MANY_MS);
    const { requests, rss, seconds } = await this.measure();
    this.add(
      { manyLive: live, manyRequests: total(requests) / seconds, manyRss: sum(rss) },
      { 'steady-many': requestProfile(requests, { seconds, live }), 'rss-many': serviceProfile('Resident memory.', 'MiB', rss) },
    );
    if (wanted('canaries')) await this.canaries(live);
  }

  private add(figures: Measured, profiles: Readonly<Record<string, Profile>>): void {
    this.figures = { ...this.figures, ...figures };
    this.profiles = { ...this.profiles, ...profiles };
  }

  /**
   * Releases new projects for the first time; returns the time that it took, and the number of all promoted first
   * releases.
   */
  private async firstReleases(projects: number, patienceMs: number): Promise<Reached> {
    const { fleet } = this;
    const added = await fleet.grow(projects);
    const begun = performance.now();
    const { count } = await fleet.firstReleases(added, patienceMs);
    const seconds = (performance.now() - begun) / 1_000;
    console.log(`  ${count} of ${projects} first releases are promoted; the last ${added.length} took ${number(seconds)} s`);
    if (count < projects) this.notes.push(`${count} of ${projects} projects had a promoted first release after ${number(seconds)} s`);
    return { count, seconds };
  }

  /** Posts a canary for each project, which waits for its pod; returns the number of waiting canaries. */
  private async goLive(patienceMs: number): Promise<number> {
    const { fleet } = this;
    const begun = performance.now();
    const { count } = await fleet.goLive(patienceMs);
    const seconds = (performance.now() - begun) / 1_000;
    console.log(`  ${count} of ${fleet.size} releases are live after ${number(seconds)} s`);
    if (count < fleet.size) this.notes.push(`${count} of ${fleet.size} releases were live after ${number(seconds)} s`);
    if (!(await settled(this.server.audit))) this.notes.push('executor and watcher still wrote during the measurement of the steady state');
    return count;
  }

  private async measure(): Promise<Steady> {
    const { installation, server, statements } = this;
    const steady = await measureSteady({ installation, server, statements, seconds: this.options.window });
    const busy = `the machine was ${number(steady.busy * 100)} % busy while the steady state was measured`;
    if (steady.busy > BUSY) this.notes.push(`${busy}, so that services that poll did so less often than usual`);
    return steady;
  }

  /** Number of pairs of a service and a kind that it has watched since the start. */
  private async watchedKinds(): Promise<number> {
    const watches = countRequests(await this.server.audit.between(0)).filter(({ verb }) => verb === 'watch');
    return new Set(watches.map(({ service, resource }) => `${service} ${resource}`)).size;
  }

  private async watcherProfile({ cpu }: Steady): Promise<Profile> {
    const log = join(this.installation.home.logs, 'watcher.log');
    const profile = await profileOf(this.installation.pid('watcher'), log, PROFILE_SECONDS);
    const shares = Object.entries(cpu)
      .map(([service, share]) => `${service} ${number(share * 100)} %`)
      .join(', ');
    const text = [
      `Processor time in the steady state: ${shares} of a core.`,
      `The table shows the watcher’s functions in the ${PROFILE_SECONDS} s after that.`,
    ].join(' ');
    return functionProfile(selfTimes(profile), text);
  }

  private async canaries(live: number): Promise<void> {
    const { fleet, server } = this;
    const [from, since] = [server.audit.here(), Date.now()];
    await server.makeReady();
    const { count, seconds } = await fleet.canariesEnded(live, CANARIES_MS);
    const ends = await fleet.promotions();
    const { text, ratio } = spreadOf(
      ends.map((at) => (at - since) / 1_000),
      live,
    );
    if (ends.length < live) {
      const [otherwise, left] = [count - ends.length, await fleet.unfinished()];
      const promoted = `${ends.length} of ${live} canaries were promoted in ${number(seconds)} s`;
      this.notes.push(`${promoted}, ${otherwise} ended otherwise, unfinished: ${left}`);
    }
    const counts = countRequests(await server.audit.between(from));
    const { head, rows } = requestProfile(counts, { seconds, live });
    this.add({ canaries: ratio }, { canaries: { text: `From the moment when all canary pods become ready: ${text}`, head, rows } });
  }
}

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((all, one) => all + one, 0);
