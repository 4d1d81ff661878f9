import { number, type Result } from '../section';

/** All figures of one build by name. */
export interface Figures {
  /** Number of live releases; each is in a separate namespace. */
  readonly live: number;
  readonly requests: number;
  readonly manyLive: number;
  readonly manyRequests: number;
  /** Number of pairs of a service and a kind that it watches. */
  readonly kinds: number;
  readonly first: number;
  readonly canary: number;
  readonly idleRss: number;
  /** Resident memory of an empty Nest application, and the number of service processes. */
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

/** The upper limit of a figure. */
export interface Goal {
  readonly limit: number;
  readonly text: string;
}

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly part: PartName;
  readonly figure: keyof Figures;
  readonly show: (value: number) => string;
  /** The reason why the figure of this build does not count: fewer releases were live than the row requires. */
  readonly lacking?: (current: Measured) => string | undefined;
  /** Only the current build is measured. */
  readonly onlyCurrent?: true;
  /** Undefined: the figures from which the goal is calculated were not measured. */
  readonly goal: (current: Measured, older: Measured) => Goal | undefined;
}

const unit = (suffix: string) => (value: number): string => `${number(value)}${suffix}`;
const plain = unit('');
const times = unit(' ×');
const atMost = (limit: number, show: (value: number) => string) => (): Goal => ({ limit, text: `≤ ${show(limit)}` });
const share = (value: number): string => `${number(value * 100)} % of a core`;
const seconds = unit(' s');
const mib = unit(' MiB');
const perSecond = unit('/s');
const ofOlder = (figure: keyof Figures, factor: number, text: string) => (_current: Measured, older: Measured): Goal | undefined =>
  older[figure] === undefined ? undefined : { limit: older[figure] * factor, text };

/** Minimum duration of a watch, in seconds, where a service watches each namespace separately. */
const WATCH_SECONDS = 300;
/** Goal for the requests per second of services that may watch the whole cluster. */
const CLUSTER_REQUESTS = 5;

export interface RowsOptions {
  readonly live: number;
  readonly many: number;
  /** Where the services may watch. */
  readonly access: 'cluster' | 'namespaces';
}

type Spec = Pick<Row, 'id' | 'part' | 'figure' | 'what' | 'show'>;

/** Live releases of the larger fleet, unless an option sets another number. */
export const LARGER_FLEET = 1_000;

/** The rows of the table, in order. */
export function rowsFor({ live, many, access }: RowsOptions): readonly Row[] {
  const larger = many > 0 ? many : LARGER_FLEET;
  const rbac = access === 'cluster' ? 'cluster-wide RBAC' : 'RBAC by namespace';
  const steady = `API requests/s in steady state, ${live} live in ${live} namespaces, ${rbac}`;
  const requestsGoal = access === 'cluster' ? atMost(CLUSTER_REQUESTS, perSecond) : perWatch(live);
  const canary = 'API requests of one canary of three 5 s stages, without scrapes and Events';
  const lacking = (wanted: number, reached = wanted): string | undefined => (reached < wanted ? `only ${reached} live` : undefined);
  const small = { lacking: (current: Measured) => lacking(live, current.live) };
  const large = { lacking: (current: Measured) => lacking(many, current.manyLive), onlyCurrent: true } as const;
  return [
    { ...fleet('steady', 'requests', perSecond, steady), ...small, goal: requestsGoal },
    { ...fleet('steady-many', 'manyRequests', perSecond, `API requests/s in steady state, ${larger} live`), ...large, goal: perRelease },
    { ...quiet('first', 'first', plain, 'API requests of one first release (deployment, service, secret)'), goal: atMost(25, plain) },
    { ...quiet('canary', 'canary', plain, canary), goal: atMost(80, plain) },
    { ...quiet('idle', 'idleRss', mib, 'services’ RSS, idle'), goal: emptyServices },
    { ...fleet('rss', 'rss', mib, `services’ RSS, ${live} live`), ...small, goal: ofOlder('rss', 0.6, '≤ 0.6 × the older build') },
    { ...fleet('rss-many', 'manyRss', mib, `services’ RSS, ${larger} live`), ...large, goal: atMost(900, mib) },
    { ...fleet('cpu', 'cpu', share, `watcher’s CPU, ${live} live, nothing changes`), ...small, goal: atMost(0.02, share) },
    {
      ...fleet('statements', 'statements', perSecond, `Postgres statements/s in steady state, ${live} live`),
      ...small,
      goal: ofOlder('statements', 1 / 20, '≤ 1/20 of the older build'),
    },
    {
      ...fleet('burst', 'burst', seconds, `${live} first releases at once until all are promoted`),
      goal: ofOlder('burst', 0.25, '≤ 0.25 × the older build'),
    },
    { ...fleet('canaries', 'canaries', times, `${larger} canaries at once: slowest ÷ median`), ...large, goal: atMost(3, times) },
    latency('crash', 'crash → rollback decided, p50, times the bare watch'),
    latency('patch', 'decision → accepted PATCH, p50, times the bare PATCH'),
    latency('webhook', 'webhook → 202, p50, times the floor'),
  ];
}

const ofPart = (part: PartName) => (id: string, figure: keyof Figures, show: Row['show'], what: string): Spec =>
  ({ id, part, figure, show, what });
const quiet = ofPart('quiet');
const fleet = ofPart('fleet');

const latency = (id: 'crash' | 'patch' | 'webhook', what: string): Row => ({ ...ofPart(id)(id, id, times, what), goal: atMost(3, times) });

const perWatch = (live: number) => ({ kinds }: Measured): Goal | undefined => {
  if (kinds === undefined) return undefined;
  return { limit: (kinds * live) / WATCH_SECONDS, text: `≤ ${kinds} kinds × ${live} namespaces / ${WATCH_SECONDS}` };
};

function perRelease({ live, requests, manyLive }: Measured): Goal | undefined {
  if (live === undefined || requests === undefined || manyLive === undefined) return undefined;
  return { limit: ((1.5 * requests) / live) * manyLive, text: '≤ 1.5 × per release of the smaller fleet' };
}

function emptyServices({ emptyRss, processes }: Measured): Goal | undefined {
  if (emptyRss === undefined || processes === undefined) return undefined;
  return { limit: 1.25 * processes * emptyRss, text: `≤ 1.25 × ${processes} × ${number(emptyRss)} MiB (an empty Nest application)` };
}

/** Whether the current build reaches the row's goal. */
export function resultOf({ figure, goal, lacking }: Row, current: Measured, older: Measured): Result {
  const [value, limit] = [current[figure], goal(current, older)?.limit];
  if (value === undefined || limit === undefined) return 'not measured';
  return value <= limit && lacking?.(current) === undefined ? 'reached' : 'missed';
}
