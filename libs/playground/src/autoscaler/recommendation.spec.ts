import { recommend, type MeasuredPod, type MetricTarget } from './recommendation';

const half: MetricTarget = { type: 'utilization', value: 50 };
const pod = (usage: number | undefined, state: MeasuredPod['state'] = 'ready'): MeasuredPod => ({ usage, request: 1, state });
const pods = (count: number, usage: number): readonly MeasuredPod[] => Array.from({ length: count }, () => pod(usage));

describe('recommend', () => {
  it.each<[string, number, readonly MeasuredPod[], number]>([
    ['keeps the replicas at the target', 5, pods(5, 0.5), 5],
    ['keeps the replicas within the tolerance of 10 %', 5, pods(5, 0.549), 5],
    ['rounds up what the usage needs', 5, pods(5, 0.65), 7],
    ['scales down to what the usage needs', 8, pods(8, 0.12), 2],
    // 5 pods of a Deployment and 1 of its canary have the load of 5: the canary makes no difference.
    ['recommends the replicas for the usage of all pods, whatever their owner', 5, pods(6, 5 * 0.5 / 6), 5],
    // They have the load of 6: within the tolerance, so that the Deployment alone would have too few.
    ['keeps 5 replicas if 5 pods and a canary have the load of 6', 5, pods(6, 0.5), 5],
    ['recommends 8 replicas if 5 pods and a canary have the load of 7.2', 5, pods(6, 0.6), 8],
    ['counts a pod that starts as unused on a scale-up', 2, [...pods(2, 1), pod(undefined, 'unready')], 4],
    ['does not count a pod that starts on a scale-down', 4, [...pods(4, 0.1), pod(undefined, 'unready')], 1],
    ['counts a missing metric as a whole request on a scale-down', 4, [...pods(3, 0.1), pod(undefined)], 3],
    ['counts a missing metric as 0 on a scale-up', 2, [...pods(2, 0.9), pod(undefined)], 4],
    ['keeps the replicas if missing metrics would turn the direction', 2, [...pods(1, 0.7), pod(undefined)], 2],
    ['does not count a deleted pod', 2, [...pods(2, 0.5), pod(5, 'ignored')], 2],
  ])('%s', (_title, current, all, expected) => expect(recommend(current, half, all)?.replicas).toBe(expected));

  it('compares the average with a target per pod', () => {
    expect(recommend(2, { type: 'average', value: 2 }, pods(2, 3))).toEqual({ replicas: 3, current: 3 });
  });

  it('recommends nothing without a metric', () => {
    expect(recommend(2, half, [pod(undefined), pod(1, 'ignored')])).toBeUndefined();
    expect(recommend(2, half, [])).toBeUndefined();
  });
});
