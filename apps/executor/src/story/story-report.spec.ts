import { ClusterError } from '@alloy/cluster';
import { Registry } from 'prom-client';
import { storyReport } from './story-report';

it('counts each outcome, and says once for each kind of trouble why something is left out', async () => {
  const registry = new Registry();
  const said: unknown[] = [];
  const report = storyReport({ warn: (what: { err: unknown }) => void said.push(what.err) } as never, registry);
  const forbidden = new ClusterError('forbidden', 'POST events: 403');
  const missing = new ClusterError('namespace_missing', 'POST events: 404');
  report('told');
  for (const error of [forbidden, forbidden, missing, forbidden]) report('dropped', error);
  expect(said).toEqual([forbidden, missing]);
  const [metric] = await registry.getMetricsAsJSON();
  expect(metric).toMatchObject({ name: 'alloy_kubernetes_events_total', values: [{ labels: { outcome: 'told' }, value: 1 }, { labels: { outcome: 'dropped' }, value: 4 }] });
});
