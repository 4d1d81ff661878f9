import { samplesOf, sumOf } from '../../support/samples';
import type { Pod } from '@alloy/playground/pods';
import { becomesReady, hollowStatus, pageOf } from './hollow-pod';

const pod = (tag: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', uid: 'u' },
  spec: { containers: [{ name: 'web', image: `registry.example.com/web:${tag}` }] },
});

describe('a hollow pod', () => {
  it.each([
    ['v1', true],
    ['v2-slow', false],
    ['v2-slower', true],
  ])('with the image tag %s: whether it becomes ready is %s', (tag, ready) => expect(becomesReady(pod(tag))).toBe(ready));

  it('is reported as Running, ready or not', () => {
    const statuses = [true, false].map((ready) => hollowStatus(pod('v1'), { podIP: '198.18.0.3', hostIP: '198.18.0.2' }, ready));
    expect(statuses.map(({ phase }) => phase)).toEqual(['Running', 'Running']);
    expect(statuses.map(({ conditions }) => conditions?.find(({ type }) => type === 'Ready')?.status)).toEqual(['True', 'False']);
    expect(statuses.map(({ containerStatuses }) => containerStatuses?.map(({ ready }) => ready))).toEqual([[true], [false]]);
  });

  it('reports 50 requests per second since its start, and no error', () => {
    const samples = samplesOf(pageOf(1_000_000, 1_002_500));
    expect([sumOf(samples, 'http_requests_total', { code: '200' }), sumOf(samples, 'http_requests_total', { code: '500' })]).toEqual([
      125, 0,
    ]);
    expect(sumOf(samples, 'process_start_time_seconds')).toBe(1_000);
  });
});
