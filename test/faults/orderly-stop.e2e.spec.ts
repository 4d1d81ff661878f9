import { existsSync, readFileSync } from 'node:fs';
import type { SeenRequest } from '../observer/seen-request';
import { recordRequests } from '../observer/seen-requests';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { quickPolicy } from './quick-policy';

/** The number of releases on which an executor works concurrently, and three more. */
const AT_ONCE = 6;
const projects = Array.from({ length: AT_ONCE + 3 }, (_, index) => `shop-${index + 1}`);
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({
    projects: Object.fromEntries(projects.map((project) => [project, quickPolicy])),
    apiProxies: ['executor'],
  });
});
afterAll(() => installation?.stop());

const hasExited = (pid: number): boolean => !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

describe('an executor that gets SIGTERM', () => {
  it('finishes its current releases and starts no waiting one, and the next executor continues', async () => {
    const { releases } = installation;
    const proxy = installation.api('executor');
    const requests = recordRequests(proxy);
    const held = projects.map((project) =>
      proxy.hold((method, path) => method !== 'GET' && path.includes(`/namespaces/${project}/deployments`)),
    );
    let holding = 0;
    for (const one of held) void one.then(() => (holding += 1));
    const ids = await Promise.all(projects.map((project) => releases.deploy(project, 'v1')));
    await eventually(() => expect(holding).toBe(AT_ONCE));
    const isWrite = ({ method, object }: SeenRequest): boolean => method !== 'GET' && object.startsWith('Deployment/');
    const written = (): ReadonlySet<string> => new Set(requests.filter(isWrite).map(({ namespace }) => namespace));
    await eventually(async () => expect(await waiting()).toBe(projects.length));
    const pid = installation.pid('executor');
    installation.kill('executor', 'SIGTERM');
    proxy.letAllPass();
    for (const one of held) void one.then((write) => write.release());
    const exited = await eventually(() => (hasExited(pid) ? written() : Promise.reject(new Error('the executor has not exited'))), {
      everyMs: 10,
    });
    expect(projects.filter((project) => exited.has(project))).toHaveLength(AT_ONCE);
    expect(await Promise.all(ids.map((id) => releases.ended(id)))).toEqual(ids.map(() => 'ReleasePromoted'));
  });

  /** Releases that await the executor. */
  async function waiting(): Promise<number> {
    const { rows } = await installation.releases.pool.query<{ count: string }>(
      `SELECT count(*) FROM release WHERE 'executor' = ANY (awaits)`,
    );
    return Number(rows[0]!.count);
  }
});
