import type { Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';

const labels = { 'alloy.dev/release': 'R2' };
/** A pod of release R2 with this status. */
export const pod = (name: string, status: object): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name, labels },
  spec: { containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }] }, status,
});
export const healthy = { conditions: [{ type: 'Ready', status: 'True' }] };
export const crashed = { containerStatuses: [{ name: 'web', restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } }] };
/** A Deployment of release R2. */
export const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, template: { metadata: { labels } } },
}) as unknown as Deployment;
