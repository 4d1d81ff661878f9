import type { KubeObject, StoredEvent } from '@alloy/contracts';
import type { TimedExchange } from '../support/api-proxy';
import type { Installation, InstallationOptions } from '../support/installation';
import { BareKube } from './bare-kube';
import { barePatches, createBare } from './bare-patches';
import { delayParts, type DelayParts } from './delay-parts';
import { ended } from './ended';
import { quantile } from './quantile';
import { ratioOfMedians, type Rounds } from './rounds';
import { goalResult, number, times, type Section } from './section';

const CYCLES = 10;
/** Goals, as multiples of a bare PATCH. */
const GOALS = { back: 1.5, shift: 2 } as const;

export const switchPolicies = {
  switched: {
    strategy: 'blueGreen' as const, blueGreen: { scaleDownDelaySeconds: 3_600 }, traffic: { router: 'podRatio' as const, drainSeconds: 0 },
  },
  weighted: { stages: [{ weight: 50, duration: 3_600 }], traffic: { router: 'gatewayApi' as const, drainSeconds: 0 } },
} satisfies InstallationOptions['projects'];
type Project = keyof typeof switchPolicies;

const ROUTES = '/apis/gateway.networking.k8s.io/v1';
const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};

/** What is measured of each project: the decision, and the object whose first write ends the time. */
const measures = {
  switched: { name: 'blue-green back: decision → Service switched', goal: GOALS.back, isDecision: isRollback, object: '/services/web' },
  weighted: { name: 'gatewayApi shift: decision → HTTPRoute accepted', goal: GOALS.shift, isDecision: isShift, object: '/httproutes/shop' },
} as const;

function isRollback({ type }: StoredEvent): boolean {
  return type === 'RollbackDecided';
}
function isShift({ type, data }: StoredEvent): boolean {
  return type === 'StepStarted' && (data as { readonly spec: { readonly kind: string } }).spec.kind === 'shiftTraffic';
}

interface Measured extends Rounds {
  readonly floor: (readonly number[])[];
  readonly alloy: (readonly number[])[];
  readonly parts: DelayParts[];
}
const partNames = ['beforeRequests', 'reads', 'writes', 'between'] as const satisfies readonly (keyof DelayParts)[];

/** Measures how soon the traffic is moved, in releases that are aborted one after the other. */
export async function benchSwitches(installation: Installation): Promise<Section> {
  const { releases, home, cluster } = installation;
  const proxy = installation.api('executor');
  const exchanges: TimedExchange[] = [];
  proxy.onExchange = (exchange) => void exchanges.push(exchange);
  const kube = new BareKube(proxy.url, home.kubeconfig);
  const rounds: Record<Project, Measured> = {
    switched: { floor: [], alloy: [], parts: [] }, weighted: { floor: [], alloy: [], parts: [] },
  };
  try {
    await createBare(cluster, kube);
    await kube.create(`${ROUTES}/namespaces/weighted/httproutes`, route);
    const projects = Object.keys(switchPolicies) as readonly Project[];
    for (const project of projects) await ended(installation, await releases.deploy(project, 'v1'), 'ReleasePromoted');
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      for (const project of projects) {
        rounds[project].floor.push(await barePatches(kube));
        const release = await releases.deploy(project, `v2-${cycle}`);
        await releases.event(release, 'TrafficShifted', ({ data }) => (data as { readonly reached: number }).reached > 0);
        await releases.abort(release);
        await ended(installation, release, 'ReleaseRolledBack');
        const { from, until } = delayIn(await releases.events(release), exchanges, project);
        rounds[project].alloy.push([until - from]);
        rounds[project].parts.push(delayParts(exchanges.filter(({ path }) => !isReport(path)), from, until));
      }
    }
    return section(rounds);
  } finally {
    proxy.onExchange = undefined;
    kube.close();
  }
}

/** A Kubernetes Event only reports; it carries out no decision. */
const isReport = (path: string): boolean => path.includes('/events');

/** From the decision to the first write of the object that the API server accepted after it, ms since 1970. */
function delayIn(
  events: readonly StoredEvent[], exchanges: readonly TimedExchange[], project: Project,
): { readonly from: number; readonly until: number } {
  const { isDecision, object } = measures[project];
  const from = Date.parse(events.find(isDecision)!.occurredAt);
  const first = exchanges.find(({ method, path, status, endedAt }) =>
    method !== 'GET' && status < 300 && endedAt >= from && path.includes(`/namespaces/${project}${object}`));
  if (!first) throw new Error(`project ${project} has written no ${object} after its decision`);
  return { from, until: first.endedAt };
}

function section(rounds: Readonly<Record<Project, Measured>>): Section {
  const rows = (Object.keys(measures) as readonly Project[]).map((project) => {
    const { floor, alloy, parts } = rounds[project];
    const [bare, own] = [quantile(floor.flat(), 0.5), quantile(alloy.flat(), 0.5)];
    const shares = partNames.map((name) => quantile(parts.map((part) => part[name]), 0.5));
    return { ...measures[project], bare, own, shares, ratio: ratioOfMedians(rounds[project]) };
  });
  return {
    title: 'Moving the traffic',
    text: [
      `${CYCLES} blueGreen releases that are aborted after the switch, and ${CYCLES} canaries by the weights of an HTTPRoute, while all services`,
      'run. Measured from the time in the decision, which is before its commit, until the API server has accepted the first write of the',
      'active Service, or of the route. The floor is a PATCH of a Deployment by a client with an open connection, through the same proxy.',
      'The last columns show where the time goes (medians): until the first request the decision is committed, the executor triggered, and the',
      'stream read; then the objects of the router are read live; between the requests the stream is read again, so that no write follows',
      'from a decision that is no longer the newest. A shift by weights writes twice: first the fence of the canary, then the route.',
    ].join(' '),
    head: [
      '', 'rounds', 'bare PATCH p50, ms', 'Alloy p50, ms', 'ratio', 'goal',
      'before the first request, ms', 'reads, ms', 'writes, ms', 'between them, ms',
    ],
    rows: rows.map(({ name, bare, own, shares, ratio, goal }) =>
      [name, String(CYCLES), number(bare), number(own), times(ratio), `≤ ${goal} ×`, ...shares.map((share) => share.toFixed(0))]),
    figures: rows.map(({ name, own, ratio, goal }) => ({
      name: `${name}, p50`, value: `${number(own)} ms, ${times(ratio)} a bare PATCH`, goal: `≤ ${goal} × a bare PATCH`,
      result: goalResult(ratio <= goal),
    })),
  };
}
