import type { KubeObject } from '@alloy/contracts';
import { ClusterError } from '../../errors';
import { byKey, type Live, type LiveWorkload } from '../../live';
import { SWITCH_ANNOTATION } from '../../routers/service-selector/mark';
import { deployment } from '../../testing/fixtures';
import { findLeftSwitch } from './find-switch';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
const workload = (): LiveWorkload => ({ object: deployment('shop:v1'), replicas: 3, pods: 3, ready: 3, draining: 0, byRelease: [] });
const preview = { canaryService: 'web-preview', label: { name: 'app', value: 'web-canary' } };
const serviceOf = (name: string, mark: object): KubeObject => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, annotations: { [SWITCH_ANNOTATION]: JSON.stringify(mark) } },
  spec: { selector: { app: 'web-canary' } },
});
const left = serviceOf('web', { fence: 'alloy/1/9', selector: { app: 'web' }, preview });
const found = { traffic: { service: 'web', selector: { app: 'web' }, ...preview }, isSwitched: true };
const nothing: Live = { web: workload(), canary: null, shared: new Map(), copies: new Map(), hpa: null };

const find = (live: Partial<Live>, list: () => Promise<readonly KubeObject[]>) =>
  findLeftSwitch({ list }, 'shop', { ...nothing, ...live }, owner);

describe('the Services that an earlier release has left switched', () => {
  it('are found beside a canary, with what a later release needs to end the switch', async () =>
    expect(await find({ canary: workload() }, () => Promise.resolve([left]))).toEqual(found));
  it('may have their own selectors again, with no more than the annotation left', async () => {
    const restored = { ...left, spec: { selector: { app: 'web' } } };
    expect(await find({ canary: workload() }, () => Promise.resolve([restored]))).toEqual({ ...found, isSwitched: false });
  });
  it('are found by the manifests, also without a canary', async () =>
    expect(await find({ shared: byKey([left]) }, () => Promise.resolve([left]))).toEqual(found));
  it('are not looked for without a sign of them', async () => {
    const list = jest.fn(() => Promise.resolve([left]));
    expect([await find({}, list), list.mock.calls.length]).toEqual([undefined, 0]);
  });
  it.each<[string, KubeObject]>([
    ['another workload', serviceOf('docs', { fence: 'alloy/1/9', selector: { app: 'docs' }, preview })],
    ['another installation', serviceOf('web', { fence: 'other/1/9', selector: { app: 'web' }, preview })],
    ['the preview of a user', serviceOf('staging', { fence: 'alloy/1/9', selector: { app: 'web' } })],
  ])('are not those of %s', async (_what, service) =>
    expect(await find({ canary: workload() }, () => Promise.resolve([service]))).toBeUndefined());
  it('are those of the manifests if the executor may not list Services', async () => {
    const forbidden = () => Promise.reject(new ClusterError('forbidden', 'services'));
    expect(await find({ canary: workload() }, forbidden)).toBeUndefined();
    expect(await find({ shared: byKey([left]) }, forbidden)).toEqual(found);
    await expect(find({ canary: workload() }, () => Promise.reject(new ClusterError('unreachable', 'x')))).rejects.toThrow('x');
  });
});
