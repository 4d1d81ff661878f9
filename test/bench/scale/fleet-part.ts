import { join } from 'node:path';
import { Installation } from '../../support/installation';
import { number } from '../section';
import { ApiServer } from './api-server';
import { countRequests, total, type Counted } from './audit-counts';
import { profilable, profileOf, selfTimes } from './cpu-profile';
import { CANARY, FIRST, Fleet } from './fleet';
import type { Candidate, ScaleOptions, Wanted } from './options';
import type { Part, PartResult } from './part';
import { functionProfile, requestProfile, serviceProfile, statementProfile } from './profiles';
import type { Measured } from './rows';
import { settled } from './settled';
import { spreadOf } from './spread';
import { countingSettings, Statements } from './statements';
import { measureSteady, type Steady } from './steady';
import type { Profile } from './table';

const PROJECT = 'base';
/** Bounds: what is not done by then is reported as it is. */
const BURST_MS = 300_000;
const LIVE_MS = 240_000;
const MANY_MS = 420_000;
const CANARIES_MS = 300_000;
const PROFILE_SECONDS = 10;
/** Share of the machine's time above which the figures depend on what else it does. */
const BUSY = 0.9;
const MANY_ROWS: readonly string[] = ['steady-many', 'rss-many', 'canaries'];

/** First releases of a whole fleet at once, and then what it costs that each has a canary that waits for its pod. */
export const measureFleet: Part = async ({ name, build }, options, wanted, disposal) => {
  const server = await disposal.add(ApiServer.start(options));
  await server.createNamespaces([PROJECT]);
  const projects = { [PROJECT]: {} };
  const installation = await disposal.add(
    Installation.start({ projects, undisturbed: true, server: server.given, postgresSettings: countingSettings, env: profilable, build }),
  );
  const bench = new FleetBench(options, installation, server, await Statements.on(installation.releases.pool));
  await bench.burst();
  if (wantsSteady(wanted)) await bench.steady(name === 'now');
  if (hasMany(name, options) && MANY_ROWS.some(wanted)) await bench.many(wanted);
  return bench.result;
};

/** The older build is not measured with many live releases: it would take longer than all the rest. */
const hasMany = (name: Candidate['name'], { live, many }: ScaleOptions): boolean => name === 'now' && many > live;

const wantsSteady = (wanted: Wanted): boolean => ['steady', 'rss', 'cpu', 'statements', ...MANY_ROWS].some(wanted);

class FleetBench {
  private readonly fleet: Fleet;
  private figures: Measured = {};
  private profiles: Readonly<Record<string, Profile>> = {};
  private readonly notes: string[] = [];

  constructor(
    private readonly options: ScaleOptions,
    private readonly installation: Installation,
    private readonly server: ApiServer,
    private readonly statements: Statements,
  ) {
    this.fleet = new Fleet(installation, server);
  }

  get result(): PartResult {
    return { figures: this.figures, profiles: this.profiles, notes: this.notes };
  }

  async burst(): Promise<void> {
    const { live } = this.options;
    const { seconds, requests } = await this.firstReleases(live, BURST_MS);
    this.figures = { ...this.figures, burst: seconds };
    this.profiles = { ...this.profiles, burst: requestProfile(requests.counts, { seconds: requests.seconds, live }) };
  }

  /** `profiled`: whether what takes the watcher's processor time is recorded afterwards. */
  async steady(profiled: boolean): Promise<void> {
    const live = await this.goLive(LIVE_MS);
    const steady = await this.measure();
    const { requests, rss, cpu, statements, seconds } = steady;
    const watched = new Set(requests.filter(({ verb }) => verb === 'watch').map(({ service, resource }) => `${service} ${resource}`));
    this.figures = {
      ...this.figures, live, kinds: watched.size, requests: total(requests) / seconds, rss: sum(rss), cpu: cpu.watcher,
      statements: statements.reduce((all, { calls }) => all + calls, 0) / seconds,
    };
    this.profiles = {
      ...this.profiles,
      steady: requestProfile(requests, { seconds, live }),
      statements: statementProfile(statements, seconds),
      rss: serviceProfile('Resident memory.', 'MiB', rss),
      ...(profiled && { cpu: await this.watcherProfile(steady) }),
    };
  }

  /** A larger fleet in steady state, whose canaries then go on at the same moment. */
  async many(wanted: Wanted): Promise<void> {
    await this.firstReleases(this.options.many, MANY_MS);
    const live = await this.goLive(MANY_MS);
    const { requests, rss, seconds } = await this.measure();
    this.figures = { ...this.figures, manyLive: live, manyRequests: total(requests) / seconds, manyRss: sum(rss) };
    this.profiles = { ...this.profiles, 'steady-many': requestProfile(requests, { seconds, live }), 'rss-many': serviceProfile('Resident memory.', 'MiB', rss) };
    if (wanted('canaries')) await this.canaries(live);
  }

  /** Seconds until the releases of all projects that are new are promoted; Infinity if they are not in their time. */
  private async firstReleases(projects: number, patienceMs: number): Promise<{ readonly seconds: number; readonly requests: { readonly counts: readonly Counted[]; readonly seconds: number } }> {
    const { fleet, server } = this;
    const added = await fleet.grow(projects);
    const [from, begun] = [server.audit.here(), performance.now()];
    await fleet.post(added, FIRST);
    const { count } = await fleet.promoted(FIRST, projects, patienceMs);
    const seconds = (performance.now() - begun) / 1_000;
    console.log(`  ${count} of ${projects} first releases are promoted; the last ${added.length} took ${number(seconds)} s`);
    if (count < projects) this.notes.push(`${count} of ${projects} projects had a promoted first release after ${number(seconds)} s`);
    return { seconds: count < projects ? Infinity : seconds, requests: { counts: countRequests(await server.audit.between(from)), seconds } };
  }

  /** Posts a canary of each project that waits for its pod; gives how many do. */
  private async goLive(patienceMs: number): Promise<number> {
    const { fleet } = this;
    await fleet.postCanaries();
    const { count, seconds } = await fleet.live(fleet.size, patienceMs);
    console.log(`  ${count} of ${fleet.size} releases are live`);
    if (count < fleet.size) this.notes.push(`${count} of ${fleet.size} releases were live ${number(seconds)} s after they were posted`);
    if (!(await settled(this.server.audit))) this.notes.push('executor and watcher still wrote when the steady state was measured');
    return count;
  }

  private async measure(): Promise<Steady> {
    const { installation, server, statements, options: { window } } = this;
    const steady = await measureSteady({ installation, server, statements, seconds: window });
    if (steady.busy > BUSY) {
      const { busy } = steady;
      this.notes.push(`the machine was ${number(busy * 100)} % busy while the steady state was measured, so that services that poll did so less often than they would`);
    }
    return steady;
  }

  private async watcherProfile({ cpu }: Steady): Promise<Profile> {
    const profile = await profileOf(this.installation.pid('watcher'), join(this.installation.home.logs, 'watcher.log'), PROFILE_SECONDS);
    const shares = Object.entries(cpu).map(([service, share]) => `${service} ${number(share * 100)} %`).join(', ');
    return functionProfile(selfTimes(profile), `Processor time of a core in the steady state: ${shares}. Below, the watcher’s own in ${PROFILE_SECONDS} s after it.`);
  }

  private async canaries(live: number): Promise<void> {
    const { fleet, server } = this;
    const [from, since] = [server.audit.here(), Date.now()];
    await server.node.makeReady();
    const { count, seconds } = await fleet.ended(CANARY, live, CANARIES_MS);
    const ends = await fleet.promotions(CANARY);
    const { text, ratio } = spreadOf(ends.map((at) => (at - since) / 1_000), live);
    if (ends.length < live) {
      const [otherwise, left] = [count - ends.length, await fleet.unfinished(CANARY)];
      this.notes.push(`${ends.length} of ${live} canaries were promoted in ${number(seconds)} s, ${otherwise} ended otherwise, unfinished: ${left}`);
    }
    const counts = countRequests(await server.audit.between(from));
    this.figures = { ...this.figures, canaries: ratio };
    this.profiles = { ...this.profiles, canaries: { ...requestProfile(counts, { seconds, live }), text: `From the moment in which all canary pods become ready: ${text}` } };
  }
}

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((all, one) => all + one, 0);
