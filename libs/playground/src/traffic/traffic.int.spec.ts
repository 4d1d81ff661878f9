import { RELEASE_LABEL, TRACK_LABEL } from '@alloy/contracts';
import { eventually } from '../../../../test/support/eventually';
import type { Pod, Service } from '../kinds';
import { container, startTestNodes, type TestNodes } from '../test-nodes';
import { TRAFFIC_ANNOTATION } from './traffic';

describe('traffic', () => {
  let nodes: TestNodes;
  beforeEach(() => {
    nodes = startTestNodes();
  });
  afterEach(async () => {
    await nodes.stop();
    expect(nodes.errors).toEqual([]);
  });

  const run = (name: string, tag: string, track: string): void => {
    const labels = { app: 'web', [TRACK_LABEL]: track, [RELEASE_LABEL]: `release-of-${tag}` };
    nodes.store.create<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', labels },
      spec: { terminationGracePeriodSeconds: 5, containers: [container(tag)] },
    });
  };
  const annotate = (annotations: Record<string, string>): void => {
    const live = nodes.store.get<Service>({ resource: 'services', namespace: 'default', name: 'web' })!;
    nodes.store.update({ ...live, metadata: { ...live.metadata, annotations } });
  };
  const settled = (requests: number): Promise<void> =>
    eventually(() => expect(nodes.traffic.report()).toMatchObject({ requests, inFlight: 0 }));

  it('counts requests and failures by track and release', async () => {
    run('good', 'v1', 'stable');
    run('bad', 'v2-errors-50', 'canary');
    await eventually(() => expect(nodes.readyPods()).toHaveLength(2));
    await nodes.traffic.run('default/web', { rps: 500, requests: 300 });
    await settled(300);
    const { tracks, services, failures, failed } = nodes.traffic.report();
    expect(tracks['stable']!.failed).toBe(0);
    expect(tracks['stable']!.requests).toBeGreaterThan(100);
    expect(tracks['canary']!.failed).toBeGreaterThan(40);
    expect(failed).toBe(tracks['canary']!.failed);
    expect(services).toContainEqual({ service: 'default/web', track: 'canary', release: 'release-of-v2-errors-50', ...tracks['canary'] });
    expect(failures).toContainEqual(expect.objectContaining({ pod: 'bad', why: '500' }));
    nodes.traffic.reset();
    expect(nodes.traffic.report()).toMatchObject({ requests: 0, failed: 0, tracks: {}, failures: [] });
  });

  it('sends the requested number of requests, later if too many are in flight', async () => {
    run('late', 'v1-latency-300ms', 'stable');
    await eventually(() => expect(nodes.readyPods()).toHaveLength(1));
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, nodes.traffic.report().inFlight)), 5);
    await nodes.traffic.run('default/web', { rps: 2_000, requests: 400 });
    await settled(400);
    clearInterval(watching);
    expect(most).toBeLessThanOrEqual(250);
    expect(nodes.traffic.report().failed).toBe(0);
  });

  it('is sent to an annotated Service at its rate, until the annotation is removed', async () => {
    run('good', 'v1', 'stable');
    await eventually(() => expect(nodes.readyPods()).toHaveLength(1));
    annotate({ [TRAFFIC_ANNOTATION]: '100' });
    const since = performance.now();
    await eventually(() => expect(nodes.traffic.report().requests).toBeGreaterThanOrEqual(50));
    expect(performance.now() - since).toBeGreaterThanOrEqual(450);
    annotate({});
    await eventually(() => expect(nodes.traffic.report().inFlight).toBe(0));
    const { requests } = nodes.traffic.report();
    await nodes.traffic.run('default/web', { rps: 100, requests: 5 });
    await settled(requests + 5);
  });

  it('fails if a service that had endpoints has none left, and not before', async () => {
    await nodes.traffic.run('default/web', { rps: 500, requests: 5 });
    expect(nodes.traffic.report().requests).toBe(0);
    run('good', 'v1', 'stable');
    await eventually(() => expect(nodes.readyPods()).toHaveLength(1));
    await nodes.traffic.run('default/web', { rps: 500, requests: 1 });
    await settled(1);
    nodes.store.delete({ resource: 'pods', namespace: 'default', name: 'good' });
    await eventually(() => expect(nodes.pods()).toEqual([]));
    await nodes.traffic.run('default/web', { rps: 500, requests: 5 });
    expect(nodes.traffic.report()).toMatchObject({ requests: 6, failed: 5, tracks: { none: { requests: 5, failed: 5 } } });
  });

  it('records failures of a crashing pod', async () => {
    await nodes.stop();
    nodes = startTestNodes({ leakAfter: 250, crashBackoff: 2_000 });
    run('leaky', 'v1-leak', 'canary');
    await eventually(() => expect(nodes.readyPods()).toHaveLength(1));
    await nodes.traffic.run('default/web', { rps: 400, requests: 240 });
    await eventually(() => expect(nodes.traffic.report().inFlight).toBe(0));
    expect(nodes.traffic.report().failed).toBeGreaterThan(0);
  });
});
