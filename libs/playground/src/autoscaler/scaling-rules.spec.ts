import { nextScale, type Scaling } from './scaling-rules';

const NOW = 1_000_000;
const ago = (seconds: number): number => NOW - seconds * 1000;
const scaling = (current: number, wanted: number, more: Partial<Scaling> = {}): Scaling => ({
  now: NOW, current, min: 1, max: 20, behavior: undefined, scaled: [], ...more,
  recommended: [...(more.recommended ?? []), { at: NOW, replicas: wanted }],
});

describe('nextScale', () => {
  it.each<[string, Scaling, object]>([
    ['follows a recommendation', scaling(5, 7), { replicas: 7 }],
    ['adds at most 4 pods or as many as there are in 15 s', scaling(2, 15), { replicas: 6, limitedBy: 'ScaleUpLimit' }],
    [
      'counts what it has added in these 15 s',
      scaling(6, 15, { scaled: [{ at: ago(10), change: 4 }] }),
      { replicas: 6, limitedBy: 'ScaleUpLimit' },
    ],
    ['continues after these 15 s', scaling(6, 15, { scaled: [{ at: ago(16), change: 4 }] }), { replicas: 12, limitedBy: 'ScaleUpLimit' }],
    ['never exceeds the maximum', scaling(15, 40), { replicas: 20, limitedBy: 'TooManyReplicas' }],
    ['never goes below the minimum', scaling(5, 1, { min: 3 }), { replicas: 3, limitedBy: 'TooFewReplicas' }],
    ['scales down what exceeds the maximum', scaling(25, 25), { replicas: 20, limitedBy: 'TooManyReplicas' }],
    [
      'applies the highest recommendation of the last 5 minutes before it scales down',
      scaling(8, 2, { recommended: [{ at: ago(299), replicas: 6 }] }),
      { replicas: 6, isStabilized: true },
    ],
    ['forgets older recommendations', scaling(8, 2, { recommended: [{ at: ago(301), replicas: 6 }] }), { replicas: 2 }],
    [
      'scales down at once with a window of 0',
      scaling(8, 2, {
        recommended: [{ at: ago(1), replicas: 8 }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      }),
      { replicas: 2 },
    ],
    [
      'removes as many pods as the policy allows',
      scaling(8, 2, { behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } } }),
      { replicas: 7, limitedBy: 'ScaleDownLimit' },
    ],
    ['does not scale in a disabled direction', scaling(8, 2, { behavior: { scaleDown: { selectPolicy: 'Disabled' } } }), { replicas: 8 }],
  ])('%s', (_title, input, expected) => expect(nextScale(input)).toMatchObject(expected));
});
