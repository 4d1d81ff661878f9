import { isDryRun, type TimedExchange } from '../../support/api-proxy';
import type { Installation } from '../../support/installation';
import { BareKube } from '../bare-kube';
import { ended } from '../ended';
import type { Rounds } from '../rounds';
import { bundleFiles } from './bundle';
import { timeOf } from './time-of';

/** Objects of the bundle that is planned. */
export const PLAN_OBJECTS = 30;
/** Repetitions of the bare requests after each release. */
const FLOOR_SAMPLES = 5;
/** Prefix of the projects and of their namespaces. */
export const PLANNED = 'planned';

/** An empty namespace with the same length of its name. */
export const bareNamespace = (project: string): string => project.replace(PLANNED, 'bare'.padEnd(PLANNED.length, 'x'));

/** Parts of the time of one planning, ms. */
export interface PlanParts {
  readonly gate: number;
  readonly begun: number;
  readonly read: number;
  readonly tried: number;
  readonly inspected: number;
  readonly planned: number;
}

export interface PlanRounds extends Rounds {
  readonly parts: readonly PlanParts[];
  /** Number of requests of each inspection, and of the dry runs among them. */
  readonly requests: number;
  readonly dryRuns: number;
}

/**
 * Releases a bundle in each project. Measures the time from the request of the release until its plan, and then the
 * requests of its inspection, all at once, by a bare client with open connections to an empty namespace.
 */
export async function planRounds(installation: Installation, projects: readonly string[], kubeconfig: string): Promise<PlanRounds> {
  const { releases } = installation;
  const proxy = installation.api('executor');
  const bare = new BareKube(proxy.url, kubeconfig);
  const floor: (readonly number[])[] = [];
  const alloy: number[][] = [];
  const parts: PlanParts[] = [];
  let inspection: readonly TimedExchange[] = [];
  try {
    for (const project of projects) {
      const seen: TimedExchange[] = [];
      proxy.onExchange = (exchange) => void (exchange.path.includes(`/namespaces/${project}`) && seen.push(exchange));
      const release = await releases.deploy(project, 'v1', bundleFiles(project, PLAN_OBJECTS));
      await ended(installation, release, 'ReleasePromoted');
      proxy.onExchange = undefined;
      const at = timeOf(await releases.events(release));
      alloy.push([at('ReleasePlanned') - at('ReleaseRequested')]);
      inspection = beforeFirstWrite(seen);
      const begunAt = Math.min(...inspection.map((one) => one.begunAt));
      const readAt = Math.max(...inspection.filter(({ path }) => !isDryRun(path)).map((one) => one.endedAt));
      const triedAt = Math.max(...inspection.map((one) => one.endedAt));
      parts.push({
        gate: at('GateOpened') - at('ReleaseRequested'),
        begun: begunAt - at('GateOpened'),
        read: readAt - begunAt,
        tried: triedAt - readAt,
        inspected: at('TargetInspected') - triedAt,
        planned: at('ReleasePlanned') - at('TargetInspected'),
      });
      // The first time opens the connections.
      await repeated(bare, project, inspection);
      floor.push(await times(FLOOR_SAMPLES, () => repeated(bare, project, inspection)));
    }
    return { floor, alloy, parts, requests: inspection.length, dryRuns: inspection.filter(({ path }) => isDryRun(path)).length };
  } finally {
    bare.close();
  }
}

async function times(count: number, measure: () => Promise<number>): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) samples.push(await measure());
  return samples;
}

function beforeFirstWrite(seen: readonly TimedExchange[]): readonly TimedExchange[] {
  const writes = seen.filter(({ method, path }) => method !== 'GET' && !isDryRun(path) && !path.includes('/events'));
  const first = Math.min(...writes.map(({ begun }) => begun));
  return seen.filter(({ begun, path }) => begun < first && !path.includes('/events'));
}

/** Sends all requests at once, in the empty namespace. Returns the time until the last response, ms. */
async function repeated(bare: BareKube, project: string, requests: readonly TimedExchange[]): Promise<number> {
  const moved = (text: string): string => text.replaceAll(project, bareNamespace(project));
  const begun = performance.now();
  await Promise.all(
    requests.map(async ({ method, path, asked, status }) => {
      const type = asked.startsWith('[') ? 'application/json-patch+json' : 'application/apply-patch+yaml';
      const answered = await bare.repeat({ method, path: moved(path), ...(asked !== '' && { body: moved(asked), type }) });
      if (answered >= 300 && answered !== 404) throw new Error(`${method} ${moved(path)} was answered ${answered}, and before ${status}`);
    }),
  );
  return performance.now() - begun;
}
