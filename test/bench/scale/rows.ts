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

/** `access`: what the services may watch. */
export function rowsFor({ live, many, access }: { readonly live: number; readonly many: number; readonly access: 'cluster' | 'namespaces' }): readonly Row[] {
  const requests = access === 'cluster'
    ? atMost(CLUSTER_REQUESTS, perSecond)
    : ({ kinds }: Measured): Aim | undefined => kinds === undefined ? undefined : { limit: (kinds * live) / WATCH_SECONDS, text: `≤ ${kinds} kinds × ${live} namespaces / ${WATCH_SECONDS}` };
  const perRelease = ({ live: few, requests: before, manyLive }: Measured): Aim | undefined =>
    few === undefined || before === undefined || manyLive === undefined ? undefined : { limit: ((1.5 * before) / few) * manyLive, text: `≤ 1.5 × per release` };
  const emptyServices = ({ emptyRss, processes }: Measured): Aim | undefined =>
    emptyRss === undefined || processes === undefined ? undefined : { limit: 1.25 * processes * emptyRss, text: `≤ 1.25 × ${processes} × ${number(emptyRss)} MiB (an empty Nest application)` };
  const rbac = access === 'cluster' ? 'cluster-wide RBAC' : 'RBAC by namespace';
  return [
    { id: 'steady', what: `API requests/s in steady state, ${live} live in ${live} namespaces, ${rbac}`, part: 'fleet', figure: 'requests', show: perSecond, aim: requests },
    { id: 'steady-many', what: `the same, ${many} live`, part: 'fleet', figure: 'manyRequests', show: perSecond, onlyNow: true, aim: perRelease },
    { id: 'first', what: 'API requests of one first release (deployment, service, secret)', part: 'quiet', figure: 'first', show: plain, aim: atMost(25, plain) },
    { id: 'canary', what: 'API requests of one canary of three 5 s stages, scrapes and Events aside', part: 'quiet', figure: 'canary', show: plain, aim: atMost(80, plain) },
    { id: 'idle', what: 'services’ RSS, idle', part: 'quiet', figure: 'idleRss', show: mib, aim: emptyServices },
    { id: 'rss', what: `services’ RSS, ${live} live`, part: 'fleet', figure: 'rss', show: mib, aim: ofThen('rss', 0.6, '≤ 0.6 ×') },
    { id: 'rss-many', what: `services’ RSS, ${many} live`, part: 'fleet', figure: 'manyRss', show: mib, onlyNow: true, aim: atMost(900, mib) },
    { id: 'cpu', what: `watcher’s CPU, ${live} live, nothing changes`, part: 'fleet', figure: 'cpu', show: share, aim: atMost(0.02, share) },
    { id: 'statements', what: `Postgres statements/s in steady state, ${live} live`, part: 'fleet', figure: 'statements', show: perSecond, aim: ofThen('statements', 1 / 20, '≤ 1/20') },
    { id: 'burst', what: `${live} first releases at once until all are promoted`, part: 'fleet', figure: 'burst', show: seconds, aim: ofThen('burst', 0.25, '≤ 0.25 ×') },
    { id: 'canaries', what: `${many} canaries at once: slowest ÷ median`, part: 'fleet', figure: 'canaries', show: times, onlyNow: true, aim: atMost(3, times) },
    { id: 'crash', what: 'crash → rollback decided, p50, times the bare watch', part: 'crash', figure: 'crash', show: times, aim: atMost(3, times) },
    { id: 'patch', what: 'decision → accepted PATCH, p50, times the bare PATCH', part: 'patch', figure: 'patch', show: times, aim: atMost(3, times) },
    { id: 'webhook', what: 'webhook → 202, p50, times the floor', part: 'webhook', figure: 'webhook', show: times, aim: atMost(3, times) },
  ];
}

export type Result = 'reached' | 'missed' | 'not measured';

/** Whether this build reaches the row's aim. */
export function resultOf({ figure, aim }: Row, now: Measured, then: Measured): Result {
  const [value, limit] = [now[figure], aim(now, then)?.limit];
  return value === undefined || limit === undefined ? 'not measured' : value <= limit ? 'reached' : 'missed';
}
