import { deployment } from '../testing/fixtures';
import { summarise, type Live, type LiveWorkload } from '../live';
import { needsNoRead } from './may-be-cached';

const workload = (name: string): LiveWorkload => summarise({ ...deployment('shop:v1', 3), metadata: { name } }, [], []);
const live: Live = {
  web: workload('web'), canary: workload('web-canary'), baseline: workload('web-baseline'),
  shared: new Map(), copies: new Map(), hpa: null,
};
const scaled = (name: string, replicas: number) =>
  needsNoRead({ verb: 'scale', ref: { apiVersion: 'apps/v1', kind: 'Deployment', name }, resourceVersion: '1', replicas }, live);

describe('a write without a live read', () => {
  it.each(['web', 'web-canary', 'web-baseline'])('gives %s more pods, and takes none away', (name) =>
    expect([scaled(name, 4), scaled(name, 3), scaled(name, 2)]).toEqual([true, false, false]));

  it('scales no other Deployment', () => expect(scaled('worker', 4)).toBe(false));
});
