import { ClusterError } from '@alloy/cluster';
import { Registry } from 'prom-client';
import { publishingReport } from './publishing-report';

// eslint-disable-next-line alloy/no-retired-words -- the label of a metric
const CREATED = 'told';

it('counts each outcome, and logs each cause of a dropped Kubernetes Event once', async () => {
  const registry = new Registry();
  const logged: unknown[] = [];
  const report = publishingReport({ warn: (entry: { err: unknown }) => void logged.push(entry.err) } as never, registry);
  const forbidden = new ClusterError('forbidden', 'POST events: 403');
  const missing = new ClusterError('namespace_missing', 'POST events: 404');
  report(CREATED);
  for (const error of [forbidden, forbidden, missing, forbidden]) report('dropped', error);
  expect(logged).toEqual([forbidden, missing]);
  const [metric] = await registry.getMetricsAsJSON();
  expect(metric).toMatchObject({ name: 'alloy_kubernetes_events_total', values: [
    { labels: { outcome: CREATED }, value: 1 }, { labels: { outcome: 'dropped' }, value: 4 },
  ] });
});
