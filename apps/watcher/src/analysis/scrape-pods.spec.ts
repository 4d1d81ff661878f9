import type { KubeObject } from '@alloy/contracts';
import type { WorkloadView } from '../cluster-reader';
import { scrapePods } from './scrape-pods';

const pod = (n: number, isReady = true): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${n}` }, spec: { containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }] },
  status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
});

it('reads at most 50 pods of a track in one round, and only ready ones', async () => {
  const asked: string[] = [];
  const reader = { scrape: async (_namespace: string, name: string) => (asked.push(name), { kind: 'page' as const, text: 'http_requests_total{code="200"} 7\n' }) };
  const pods = [pod(0, false), ...Array.from({ length: 80 }, (_, n) => pod(n + 1))];
  const readings = await scrapePods(reader as never, 'shop', { deployment: null, pods } as unknown as WorkloadView, 'stable', 1_000);
  expect(asked).toEqual(Array.from({ length: 50 }, (_, n) => `web-${n + 1}`));
  expect(readings).toHaveLength(50);
});
