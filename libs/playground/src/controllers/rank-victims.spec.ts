import type { Pod } from '../kinds';
import { rankVictims } from './rank-victims';

interface Shape {
  readonly node?: string;
  readonly phase?: 'Pending' | 'Running';
  readonly readySince?: string;
  readonly restarts?: number;
  readonly cost?: string;
  readonly created?: string;
}

const pod = (
  name: string,
  { node = 'playground', phase = 'Running', readySince, restarts = 0, cost, created = '2026-01-01T00:00:00Z' }: Shape,
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, creationTimestamp: created, ...(cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } : {}) },
  spec: { nodeName: node || undefined, containers: [{ name: 'web', image: 'shop:v1' }] },
  status: {
    phase,
    conditions: [{ type: 'Ready', status: readySince ? 'True' : 'False', lastTransitionTime: readySince }],
    containerStatuses: [
      {
        name: 'web', image: 'shop:v1', imageID: '',
        ready: readySince !== undefined,
        started: true,
        restartCount: restarts,
        state: { running: { startedAt: created } },
        lastState: {},
      },
    ],
  },
});

const OLD = '2026-01-01T00:00:01Z';
const YOUNG = '2026-01-01T00:10:00Z';

it.each<[string, Shape, Shape]>([
  ['without a node', { node: '', phase: 'Pending' }, { phase: 'Pending' }],
  ['pending', { phase: 'Pending' }, {}],
  ['not ready', {}, { readySince: OLD }],
  ['cheaper to delete', { readySince: OLD, cost: '-5' }, { readySince: YOUNG }],
  ['ready for a shorter time', { readySince: YOUNG }, { readySince: OLD }],
  ['restarted more often', { readySince: OLD, restarts: 3 }, { readySince: OLD }],
  ['younger', { readySince: OLD, created: YOUNG }, { readySince: OLD }],
])('a pod that is %s is removed first', (_what, victim, survivor) => {
  const pods = [pod('survivor', survivor), pod('victim', victim)];
  expect(rankVictims(pods, 1).map(({ metadata }) => metadata.name)).toEqual(['victim']);
  expect(rankVictims([...pods].reverse(), 1).map(({ metadata }) => metadata.name)).toEqual(['victim']);
});
