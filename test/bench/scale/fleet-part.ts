import { setTimeout as delay } from 'node:timers/promises';
import { Installation } from '../../support/installation';
import type { Disposal } from './disposal';
import { ApiServer } from './api-server';
import { countRequests, total } from './audit-counts';
import { Fleet, type Reached } from './fleet';
import type { Candidate, ScaleOptions, Wanted } from './options';
import { requestProfile, serviceProfile, statementProfile } from './profiles';
import type { Measured } from './rows';
import { countingSettings, Statements } from './statements';
import { measureSteady, type Steady } from './steady';
import type { Profile } from './table';

const PROJECT = 'base';
/** Bounds: what is not done by then is reported as it is. */
const BURST_MS = 300_000;
const LIVE_MS = 240_000;
/** After the last change of the cluster: Kubernetes Events are written later than what they are about. */
const SETTLE_MS = 15_000;

export interface PartResult {
  readonly figures: Measured;
  readonly profiles: Readonly<Record<string, Profile>>;
  /** What a reader of the figures must know. */
  readonly notes: readonly string[];
}

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((all, one) => all + one, 0);

/** First releases of a whole fleet at once, and then what it costs that each has a canary that waits for its pod. */
export async function measureFleet({ build }: Candidate, options: ScaleOptions, wanted: Wanted, disposal: Disposal): Promise<PartResult> {
  const { live, window } = options;
  const server = await disposal.add(ApiServer.start(options));
  await server.createNamespaces([PROJECT]);
  const installation = await disposal.add(Installation.start({ projects: { [PROJECT]: {} }, undisturbed: true, server: server.given, postgresSettings: countingSettings, build }));
  const statements = await Statements.on(installation.releases.pool);
  const fleet = new Fleet(installation, server);

  const projects = await fleet.grow(live);
  const [from, begun] = [server.audit.here(), performance.now()];
  await fleet.post(projects, 'v1');
  const promoted = await fleet.promoted('v1', live, BURST_MS);
  const burst = (performance.now() - begun) / 1_000;
  const burstRequests = countRequests(await server.audit.between(from));

  await fleet.post(projects, 'v2-slow');
  const reached = await fleet.live(live, LIVE_MS);
  await delay(SETTLE_MS);
  const steady = await measureSteady({ installation, server, statements, seconds: window });
  return {
    figures: { ...figuresOf(steady, reached.count), burst: promoted.count < live ? Infinity : burst },
    profiles: {
      ...profilesOf(steady, reached.count),
      burst: requestProfile(burstRequests, { seconds: burst, live }),
    },
    notes: notesOf(live, promoted, reached),
  };
}

function figuresOf({ requests, statements, rss, cpu, seconds }: Steady, live: number): Measured {
  const watched = new Set(requests.filter(({ verb }) => verb === 'watch').map(({ service, resource }) => `${service} ${resource}`));
  return {
    live, kinds: watched.size, requests: total(requests) / seconds, rss: sum(rss), cpu: cpu.watcher,
    statements: statements.reduce((all, { calls }) => all + calls, 0) / seconds,
  };
}

const profilesOf = ({ requests, statements, rss, cpu, seconds }: Steady, live: number): Readonly<Record<string, Profile>> => ({
  steady: requestProfile(requests, { seconds, live }),
  statements: statementProfile(statements, seconds),
  rss: serviceProfile('Resident memory.', 'MiB', rss),
  cpu: serviceProfile('Processor time.', 'share of a core', cpu),
});

const notesOf = (live: number, promoted: Reached, reached: Reached): readonly string[] => [
  ...(promoted.count < live ? [`${promoted.count} of ${live} first releases were promoted after ${number(BURST_MS)} s`] : []),
  ...(reached.count < live ? [`${reached.count} of ${live} releases were live after ${number(LIVE_MS)} s`] : []),
];

const number = (ms: number): string => String(ms / 1_000);
