import type { KubeObject } from '@alloy/contracts';
import { eventually } from './eventually';
import type { Story } from './story';

export const MOST_PODS = 10;

/** An autoscaler of `web`, between `minReplicas` and `MOST_PODS` pods. */
export const autoscaler = (minReplicas: number): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas,
    maxReplicas: MOST_PODS,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  },
});

/** Scales `web` as its autoscaler does; again, if the Deployment controller has written the status in between. */
export const scaleAsAutoscaler = (shop: Story, replicas: number): Promise<void> =>
  eventually(async () => {
    const web = await shop.get('Deployment');
    await shop.cluster.scale(shop.ref('Deployment', 'web'), replicas, web.metadata.resourceVersion!, 'horizontal-pod-autoscaler');
  });
