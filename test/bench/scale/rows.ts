import { number } from '../section';

/** Everything that the section measures of one build, by name; what was not measured is absent. */
export interface Figures {
  /** Releases that were live, and namespaces of which each (kind, namespace) was watched. */
  readonly live: number;
  readonly requests: number;
  readonly manyLive: number;
  readonly manyRequests: number;
  /** Pairs of a service and a kind that were watched. */
  readonly kinds: number;
  readonly first: number;
  readonly canary: number;
  readonly idleRss: number;
  /** Of an empty Nest application, and how many processes the services are. */
  readonly emptyRss: number;
  readonly processes: number;
  readonly rss: number;
  readonly manyRss: number;
  readonly cpu: number;
  readonly statements: number;
  readonly burst: number;
  readonly canaries: number;
  readonly crash: number;
  readonly patch: number;
  readonly webhook: number;
}
export type Measured = Partial<Figures>;

export const parts = ['quiet', 'fleet', 'crash', 'patch', 'webhook'] as const;
export type PartName = (typeof parts)[number];

/** What a figure is to be at most. */
export interface Aim {
  readonly limit: number;
  readonly text: string;
}

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly part: PartName;
  readonly figure: keyof Figures;
  readonly show: (value: number) => string;
  /** Why this build's figure does not count, whatever it is: fewer releases were live than the row says. */
  readonly lacking?: (now: Measured) => string | undefined;
  /** The older build is not measured. */
  readonly onlyNow?: true;
  /** Undefined: what the aim is made of was not measured. */
  readonly aim: (now: Measured, then: Measured) => Aim | undefined;
}

const unit = (suffix: string) => (value: number): string => `${number(value)}${suffix}`;
const plain = unit('');
const times = unit(' ×');
const atMost = (limit: number, show: (value: number) => string) => (): Aim => ({ limit, text: `≤ ${show(limit)}` });
const share = (value: number): string => `${number(value * 100)} % of a core`;
const seconds = unit(' s');
const mib = unit(' MiB');
const perSecond = unit('/s');
const ofThen = (figure: keyof Figures, factor: number, text: string) => (_now: Measured, then: Measured): Aim | undefined =>
  then[figure] === undefined ? undefined : { limit: then[figure] * factor, text };

/** Seconds for which a watch is to be kept open at least, where a service watches each namespace apart. */
const WATCH_SECONDS = 300;
/** Requests per second of services that may watch the whole cluster. */
const CLUSTER_REQUESTS = 5;

export interface RowsOptions {
  readonly live: number;
  readonly many: number;
  /** What the services may watch. */
  readonly access: 'cluster' | 'namespaces';
}

type Spec = Pick<Row, 'id' | 'part' | 'figure' | 'what' | 'show'>;

/** The rows of the table, in its order. */
export function rowsFor({ live, many, access }: RowsOptions): readonly Row[] {
  const rbac = access === 'cluster' ? 'cluster-wide RBAC' : 'RBAC by namespace';
  const steady = `API requests/s in steady state, ${live} live in ${live} namespaces, ${rbac}`;
  const requestsAim = access === 'cluster' ? atMost(CLUSTER_REQUESTS, perSecond) : perWatch(live);
  const canary = 'API requests of one canary of three 5 s stages, scrapes and Events aside';
  const lacking = (wanted: number, reached = wanted): string | undefined => (reached < wanted ? `only ${reached} live` : undefined);
  const few = { lacking: (now: Measured) => lacking(live, now.live) };
  const lots = { lacking: (now: Measured) => lacking(many, now.manyLive), onlyNow: true } as const;
  return [
    { ...fleet('steady', 'requests', perSecond, steady), ...few, aim: requestsAim },
    { ...fleet('steady-many', 'manyRequests', perSecond, `the same, ${many} live`), ...lots, aim: perRelease },
    { ...quiet('first', 'first', plain, 'API requests of one first release (deployment, service, secret)'), aim: atMost(25, plain) },
    { ...quiet('canary', 'canary', plain, canary), aim: atMost(80, plain) },
    { ...quiet('idle', 'idleRss', mib, 'services’ RSS, idle'), aim: emptyServices },
    { ...fleet('rss', 'rss', mib, `services’ RSS, ${live} live`), ...few, aim: ofThen('rss', 0.6, '≤ 0.6 ×') },
    { ...fleet('rss-many', 'manyRss', mib, `services’ RSS, ${many} live`), ...lots, aim: atMost(900, mib) },
    { ...fleet('cpu', 'cpu', share, `watcher’s CPU, ${live} live, nothing changes`), ...few, aim: atMost(0.02, share) },
    {
      ...fleet('statements', 'statements', perSecond, `Postgres statements/s in steady state, ${live} live`),
      ...few,
      aim: ofThen('statements', 1 / 20, '≤ 1/20'),
    },
    {
      ...fleet('burst', 'burst', seconds, `${live} first releases at once until all are promoted`),
      aim: ofThen('burst', 0.25, '≤ 0.25 ×'),
    },
    { ...fleet('canaries', 'canaries', times, `${many} canaries at once: slowest ÷ median`), ...lots, aim: atMost(3, times) },
    latency('crash', 'crash → rollback decided, p50, times the bare watch'),
    latency('patch', 'decision → accepted PATCH, p50, times the bare PATCH'),
    latency('webhook', 'webhook → 202, p50, times the floor'),
  ];
}

const ofPart = (part: PartName) => (id: string, figure: keyof Figures, show: Row['show'], what: string): Spec =>
  ({ id, part, figure, show, what });
const quiet = ofPart('quiet');
const fleet = ofPart('fleet');

const latency = (id: 'crash' | 'patch' | 'webhook', what: string): Row => ({ ...ofPart(id)(id, id, times, what), aim: atMost(3, times) });

const perWatch = (live: number) => ({ kinds }: Measured): Aim | undefined => {
  if (kinds === undefined) return undefined;
  return { limit: (kinds * live) / WATCH_SECONDS, text: `≤ ${kinds} kinds × ${live} namespaces / ${WATCH_SECONDS}` };
};

function perRelease({ live, requests, manyLive }: Measured): Aim | undefined {
  if (live === undefined || requests === undefined || manyLive === undefined) return undefined;
  return { limit: ((1.5 * requests) / live) * manyLive, text: '≤ 1.5 × per release' };
}

function emptyServices({ emptyRss, processes }: Measured): Aim | undefined {
  if (emptyRss === undefined || processes === undefined) return undefined;
  return { limit: 1.25 * processes * emptyRss, text: `≤ 1.25 × ${processes} × ${number(emptyRss)} MiB (an empty Nest application)` };
}

export type Result = 'reached' | 'missed' | 'not measured';

/** Whether this build reaches the row's aim. */
export function resultOf({ figure, aim, lacking }: Row, now: Measured, then: Measured): Result {
  const [value, limit] = [now[figure], aim(now, then)?.limit];
  if (value === undefined || limit === undefined) return 'not measured';
  return value <= limit && lacking?.(now) === undefined ? 'reached' : 'missed';
}
