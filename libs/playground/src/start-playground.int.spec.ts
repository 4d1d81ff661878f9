import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually';
import { isReady } from './controllers/pod-state';
import type { Pod } from './kinds';
import { startPlayground, type Playground } from './start-playground';
import { container } from './test-nodes';
import type { TrafficReport } from './traffic/traffic-counts';

describe('the playground', () => {
  const home = mkdtempSync(join(tmpdir(), 'alloy-playground-'));
  const errors: unknown[] = [];
  let playground: Playground;
  const start = async (): Promise<void> => {
    playground = await startPlayground({ home, timings: { podStart: 40, drain: 60 }, onError: (error) => errors.push(error) });
  };
  beforeAll(start);
  afterAll(async () => {
    await playground.stop();
    rmSync(home, { recursive: true });
    expect(errors).toEqual([]);
  });

  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${playground.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${playground.token}`, ...(init.body ? { 'content-type': 'application/json' } : {}) },
    });
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const response = await call(path, init);
    const body = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${body}`);
    return JSON.parse(body) as T;
  };
  const ready = (count: number): Promise<Pod[]> =>
    eventually(() => {
      const pods = playground.store.list<Pod>('pods', 'default');
      expect(pods.filter(isReady)).toHaveLength(count);
      expect(pods).toHaveLength(count);
      return pods;
    });

  it('writes a kubeconfig that only its owner can read, with the URL and the token', () => {
    expect(statSync(playground.kubeconfigPath).mode & 0o777).toBe(0o600);
    const { clusters, users } = JSON.parse(readFileSync(playground.kubeconfigPath, 'utf8')) as { clusters: unknown; users: unknown };
    // kubectl sends a token only over TLS.
    expect(clusters).toEqual([
      {
        name: 'playground',
        cluster: { server: playground.url.replace('http:', 'https:'), 'certificate-authority-data': expect.any(String) as string },
      },
    ]);
    expect(users).toEqual([{ name: 'playground', user: { token: playground.token } }]);
  });

  it('answers readiness without the token, and nothing else', async () => {
    expect((await fetch(`${playground.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${playground.url}/api/v1/pods`)).status).toBe(401);
    expect((await fetch(`${playground.url}/playground/traffic`)).status).toBe(401);
  });

  it('runs created workloads, sends traffic to them and serves the counts', async () => {
    const labels = { app: 'web', 'alloy.dev/track': 'stable' };
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', annotations: { 'playground.alloy.dev/traffic-rps': '100' } },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    };
    const spec = {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels }, spec: { containers: [container('v1')] } },
    };
    await json('/api/v1/namespaces/default/services', { method: 'POST', body: JSON.stringify(service) });
    await json('/apis/apps/v1/namespaces/default/deployments', {
      method: 'POST',
      body: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }),
    });
    await ready(2);
    const report = await eventually(async () => {
      const counted = await json<TrafficReport>('/playground/traffic');
      expect(counted.tracks['stable']?.requests).toBeGreaterThan(20);
      return counted;
    });
    expect(report.failed).toBe(0);
    await json('/playground/traffic', { method: 'DELETE' });
    expect((await json<TrafficReport>('/playground/traffic')).requests).toBeLessThan(report.requests);
  });

  it('serves a pod\'s metrics and log through the API', async () => {
    const [pod] = await ready(2);
    const path = `/api/v1/namespaces/default/pods/${pod!.metadata.name}`;
    expect(await (await call(`${path}:8080/proxy/metrics`)).text()).toMatch(/^http_requests_total\{code="200"\} [1-9]\d*$/m);
    expect(await (await call(`${path}/log`)).text()).toMatch(/listening\n$/);
  });

  it('restores its state after a restart, with running pods, without reusing a version or name', async () => {
    const before = await ready(2);
    const { resourceVersion } = playground.store;
    await playground.stop();
    await start();
    expect(playground.store.resourceVersion).toBeGreaterThan(resourceVersion);
    const after = await ready(2);
    expect(after.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
    await eventually(async () => expect((await json<TrafficReport>('/playground/traffic')).tracks['stable']?.requests).toBeGreaterThan(20));
  });
});
