import { defaultStages, drainSecondsOf, releasePolicySchema } from '@alloy/release';
import { plannedPolicy, policySchema, powerSchema, storedPolicy } from './project-policy';

describe('the policy', () => {
  it('has a default for everything', () => {
    expect(policySchema.parse({})).toEqual({
      namespace: 'default', stages: defaultStages, progressDeadline: 600, onFirstFailure: 'keep', whenBusy: 'latestOnly',
      analysis: { mode: 'auto', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 },
      notify: [], allow: [], prune: 'alloy', maxRestarts: { starting: 3, underTraffic: 0 }, onFail: 'rollBack', onTrafficDrift: 'restore',
      resolveDigest: false, holdAfterRollback: true, trust: [],
    });
  });

  it.each([
    ['decreasing weights', { stages: [{ weight: 50, duration: 5 }, { weight: 20, duration: 5 }] }],
    ['a weight over 100', { stages: [{ weight: 101, duration: 5 }] }],
    ['a weight of NaN', { stages: [{ weight: Number.NaN, duration: 5 }] }],
    ['no stages', { stages: [] }],
    ['stages and steps', { stages: [{ weight: 50, duration: 5 }], steps: [{ setWeight: 50 }] }],
    ['blueGreen by the weights of a route', { strategy: 'blueGreen', traffic: { router: 'gatewayApi' } }],
    ['blueGreen by the weights of a VirtualService', { strategy: 'blueGreen', traffic: { router: 'istio' } }],
    ['one Service as the active and the preview one', { blueGreen: { activeService: 'web', previewService: 'web' } }],
    ['a preview without pods', { blueGreen: { previewReplicas: 0 } }],
    ['a delay below zero', { blueGreen: { scaleDownDelaySeconds: -1 } }],
    ['a name that is none of a Service', { blueGreen: { activeService: 'Web' } }],
    ['an analysis of a switch that ends before it', { blueGreen: { postSwitchAnalysis: { duration: 10, deadline: 9 } } }],
    ['a rollout that can replace no pod', { rollout: { maxSurge: 0 } }],
    ['a rollout that can replace no pod, in percent', { rollout: { maxSurge: '0%', maxUnavailable: 0 } }],
    ['a surge over 100 %', { rollout: { maxSurge: '101%' } }],
    ['missing pods over 100 %', { rollout: { maxUnavailable: '110%' } }],
    ['a negative surge', { rollout: { maxSurge: -1 } }],
    ['a surge of a part of a pod', { rollout: { maxSurge: 1.5 } }],
    ['a rollout with no steps', { rollout: { steps: [] } }],
    ['a rollout whose weights decrease', { rollout: { steps: [{ setWeight: 50 }, { setWeight: 20 }] } }],
    ['a rollout whose steps set no weight', { rollout: { steps: [{ pause: {} }] } }],
    ['a rollout that is analysed before it has new pods', { rollout: { steps: [{ analysis: { duration: 5 } }, { setWeight: 20 }] } }],
    ['a step of a rollout with two keys', { rollout: { steps: [{ setWeight: 20, pause: {} }] } }],
    ['a step of a rollout that is one of a canary', { rollout: { steps: [{ setCanaryScale: { replicas: 2 } }] } }],
    ['an unknown answer to a failure', { onFail: 'holt' }],
    ['an unknown answer to a changed route', { onTrafficDrift: 'ignore' }],
    ['a duration of 0', { stages: [{ weight: 5, duration: 0 }] }],
    ['an endless duration', { stages: [{ weight: 5, duration: 3.6e12 }] }],
    ['a deadline before the end', { stages: [{ weight: 5, duration: 10, deadline: 9 }] }],
    ['an unknown key', { stagse: [] }],
    ['a bad namespace', { namespace: '../../etc' }],
  ])('refuses %s', (_, policy) => expect(policySchema.safeParse(policy).success).toBe(false));
});

describe('a canary scaled apart from its weight', () => {
  const steps = [{ setWeight: 5 }, { setCanaryScale: { replicas: 3 } }];
  const issues = (policy: object) =>
    (policySchema.safeParse(policy).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);

  it('is refused by pod ratio, at its step', () =>
    expect(issues({ steps })).toEqual([['steps.1.setCanaryScale', expect.stringMatching(/podRatio.*gatewayApi/)]]));

  it('has no header and mirror routes by pod ratio', () => {
    const match = [{ header: { name: 'x-beta', exact: 'yes' } }];
    const routes = [{ setWeight: 5 }, { setHeaderRoute: { name: 'beta', match } }, { setMirrorRoute: { name: 'shadow', percentage: 5 } }];
    expect(issues({ steps: routes })).toEqual([
      ['steps.1.setHeaderRoute', expect.stringMatching(/podRatio.*gatewayApi/)],
      ['steps.2.setMirrorRoute', expect.stringMatching(/podRatio.*gatewayApi/)],
    ]);
    expect(issues({ steps: routes, traffic: { router: 'gatewayApi' } })).toEqual([]);
  });

  it.each(['istio', 'traefik', 'smi'])('has no header and mirror routes by %s, and weights', (router) => {
    const match = [{ header: { name: 'x-beta', exact: 'yes' } }];
    const routes = [{ setWeight: 5 }, { setHeaderRoute: { name: 'beta', match } }, { setMirrorRoute: { name: 'shadow', percentage: 5 } }];
    expect(issues({ steps: routes, traffic: { router } })).toEqual([
      ['steps.1.setHeaderRoute', `${router} cannot distinguish requests: choose another router (traffic.router: gatewayApi).`],
      ['steps.2.setMirrorRoute', `${router} cannot copy requests: choose another router (traffic.router: gatewayApi).`],
    ]);
    expect(issues({ steps, traffic: { router } })).toEqual([]);
  });

  it('names rules of the route only where those have names', () => {
    const named = (router: string) => issues({ traffic: { router, rules: ['primary'] } });
    expect([named('gatewayApi'), named('istio')]).toEqual([[], []]);
    for (const router of ['traefik', 'smi']) expect(named(router)).toHaveLength(1);
    expect(named('podRatio')).toEqual([['traffic.rules', 'A route of podRatio has no rules with names: leave this out.']]);
  });

  it('is accepted by weights', () => expect(issues({ steps, traffic: { router: 'gatewayApi' } })).toEqual([]));
});

describe('session affinity', () => {
  const issues = (traffic: object, steps?: readonly object[]) =>
    (policySchema.safeParse({ traffic, ...(steps && { steps }) }).error?.issues ?? [])
      .map(({ path, message }) => [path.join('.'), message]);
  const kept = { router: 'gatewayApi', sessionAffinity: {} };
  const match = [{ method: 'GET' }];

  it('has a cookie and a lifetime by default', () =>
    expect(policySchema.parse({ traffic: kept }).traffic?.sessionAffinity).toEqual({ cookieName: 'alloy-version', maxAge: 86_400 }));

  it('is refused by a router that can not distinguish requests', () => {
    expect(issues({ sessionAffinity: {} })).toEqual([['traffic.sessionAffinity', expect.stringMatching(/podRatio.*gatewayApi/)]]);
  });

  it.each<[string, object, string]>([
    ['a name that is none of a cookie', { cookieName: 'a b' }, 'cookieName'],
    ['no lifetime', { maxAge: 0 }, 'maxAge'],
    ['a lifetime of more than a year', { maxAge: 31_536_001 }, 'maxAge'],
  ])('is refused with %s', (_what, sessionAffinity, key) =>
    expect(issues({ ...kept, sessionAffinity }).map(([path]) => path)).toEqual([`traffic.sessionAffinity.${key}`]));

  it('reserves the names of its routes, and is not combined with a mirror that divides its requests by weight', () => {
    const steps = [
      { setWeight: 5 }, { setHeaderRoute: { name: 'affinity-canary', match } },
      { setMirrorRoute: { name: 'affinity-stable', percentage: 5 } }, { setMirrorRoute: { name: 'reads', percentage: 5, match } },
    ];
    expect(issues(kept, steps)).toEqual([
      ['steps.1.setHeaderRoute.name', expect.stringContaining('affinity-canary')],
      ['steps.2.setMirrorRoute.name', expect.stringContaining('affinity-stable')],
      ['steps.3.setMirrorRoute.match', expect.stringContaining('sessionAffinity')],
    ]);
    expect(issues({ router: 'gatewayApi' }, steps)).toEqual([]);
  });
});

describe('the router nginxIngress', () => {
  const issues = (policy: object) =>
    (policySchema.safeParse(policy).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
  const nginx = (steps: readonly object[], traffic: object = {}) =>
    issues({ steps: [{ setWeight: 7.5 }, ...steps], traffic: { router: 'nginxIngress', ...traffic } });
  const route = (match: readonly object[], name = 'beta') => ({ setHeaderRoute: { name, match } });
  const header = { header: { name: 'x-beta', regex: 'y.+' } };
  const cookie = { cookie: { name: 'beta', exact: 'always' } };

  it('accepts a header and a cookie, one route after the other, and the name and prefix of its Ingress', () => {
    const again = [route([header, cookie]), { setHeaderRoute: { name: 'beta' } }, route([cookie], 'other')];
    expect(nginx(again, { ingress: 'shop', annotationPrefix: 'nginx.internal' })).toEqual([]);
  });

  it.each<[string, readonly object[], string, RegExp]>([
    ['a mirror', [{ setMirrorRoute: { name: 'shadow', percentage: 5 } }], 'steps.1.setMirrorRoute', /nginxIngress cannot copy requests/],
    ['two routes at a time', [route([header]), route([cookie], 'other')], 'steps.2.setHeaderRoute', /one header route at a time/],
    ['a header with a cookie', [route([{ ...header, ...cookie }])], 'steps.1.setHeaderRoute.match.0', /each alone/],
    ['a method', [route([header, { method: 'POST' }])], 'steps.1.setHeaderRoute.match.1', /no query or method/],
    ['a parameter', [route([{ queryParam: { name: 'q', exact: 'a' } }])], 'steps.1.setHeaderRoute.match.0', /no query or method/],
    ['another value of a cookie', [route([{ cookie: { name: 'beta', exact: 'yes' } }])], 'steps.1.setHeaderRoute.match.0.cookie', /always/],
    ['a pattern of a cookie', [route([{ cookie: { name: 'beta', regex: 'a.+' } }])], 'steps.1.setHeaderRoute.match.0.cookie', /always/],
    ['two headers', [route([header, { header: { name: 'x-other', exact: 'a' } }])], 'steps.1.setHeaderRoute.match', /one header/],
    ['two cookies', [route([cookie, { cookie: { name: 'b', exact: 'always' } }])], 'steps.1.setHeaderRoute.match', /one cookie/],
  ])('refuses %s, at its step', (_what, steps, path, text) => expect(nginx(steps)).toEqual([[path, expect.stringMatching(text)]]));

  it.each([
    ['ingress', { traffic: { router: 'gatewayApi', ingress: 'shop' } }],
    ['annotationPrefix', { traffic: { annotationPrefix: 'x.io' } }],
    ['route', { traffic: { router: 'nginxIngress', route: 'shop' } }],
    ['router', { strategy: 'blueGreen', traffic: { router: 'nginxIngress' } }],
    ['sessionAffinity', { traffic: { router: 'nginxIngress', sessionAffinity: {} } }],
  ])('refuses the key %s where it has no meaning', (key, policy) =>
    expect(issues(policy)).toEqual([[`traffic.${key}`, expect.any(String)]]));
});

describe('an experiment', () => {
  const steps = [{ setWeight: 5 }, { experiment: { duration: 5 } }];
  const issues = (policy: object) =>
    (policySchema.safeParse({ steps, ...policy }).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);

  it.each([
    ['a router with weights', { traffic: { router: 'gatewayApi' } }, /podRatio/],
    ['blueGreen', { strategy: 'blueGreen' }, /blueGreen\.preSwitchAnalysis/],
    ['health alone', { analysis: { mode: 'health' } }, /metrics or auto/],
  ])('is refused with %s, at its step', (_name, policy, text) =>
    expect(issues(policy)).toEqual([['steps.1.experiment', expect.stringMatching(text)]]));

  it('is accepted by pod ratio', () => expect(issues({})).toEqual([]));
});

describe("the canary's own options", () => {
  const issues = (canary: object) =>
    (policySchema.safeParse({ canary }).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
  const metadata = (canaryMetadata: object) => ({ canaryMetadata });
  const affinity = (antiAffinity: object) => ({ antiAffinity });

  it.each<[string, object, string, RegExp]>([
    ["a label of Alloy's", metadata({ labels: { 'alloy.dev/track': 'x' } }), 'canaryMetadata.labels.alloy.dev/track', /reserved/],
    ["an annotation of Alloy's", metadata({ annotations: { 'route.alloy.dev/x': '' } }), 'canaryMetadata.annotations.route.alloy.dev/x', /res/],
    ['a label of Kubernetes', metadata({ labels: { 'pod-template-hash': 'x' } }), 'canaryMetadata.labels.pod-template-hash', /reserved/],
    ['a bad name of a label', metadata({ labels: { 'a b': 'x' } }), 'canaryMetadata.labels.a b', /not allow/],
    ['a bad value of a label', metadata({ labels: { a: 'x y' } }), 'canaryMetadata.labels.a', /value/],
    ['a bad name of a variable', metadata({ env: { '1A': 'x' } }), 'canaryMetadata.env.1A', /not allow/],
    ['a variable that is no text', metadata({ env: { A: 1 } }), 'canaryMetadata.env.A', /string/],
    ['metadata of stable', { stableMetadata: {} }, '', /stableMetadata/],
    ['both kinds of anti-affinity', affinity({
      requiredDuringSchedulingIgnoredDuringExecution: {}, preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 },
    }), 'antiAffinity', /exactly one/],
    ['no kind of anti-affinity', affinity({}), 'antiAffinity', /exactly one/],
    ['a preference without a weight', affinity({ preferredDuringSchedulingIgnoredDuringExecution: {} }),
      'antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight', /./],
    ['a weight of a preference above 100', affinity({ preferredDuringSchedulingIgnoredDuringExecution: { weight: 101 } }),
      'antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight', /100/],
    ['a delay with podRatio', { abortScaleDownDelaySeconds: 5 }, 'abortScaleDownDelaySeconds', /podRatio/],
    ['a delay that outlasts the rollback', { abortScaleDownDelaySeconds: 600 }, 'abortScaleDownDelaySeconds', /progressDeadline/],
    ['a negative delay', { abortScaleDownDelaySeconds: -1 }, 'abortScaleDownDelaySeconds', /0/],
    ['a dynamic stable with podRatio', { dynamicStableScale: true }, 'dynamicStableScale', /podRatio/],
    ['a surge of 0', { maxSurge: 0 }, 'maxSurge', /./],
    ['a surge of 0 %', { maxSurge: '0%' }, 'maxSurge', /from '1%'/],
    ['a surge of 101 %', { maxSurge: '101%' }, 'maxSurge', /from '1%'/],
  ])('are refused with %s', (_, canary, path, message) =>
    expect(issues(canary)).toContainEqual([['canary', path].filter(Boolean).join('.'), expect.stringMatching(message)]));

  it('are accepted', () => {
    const labels = { 'acme.io/role': 'canary', empty: '' };
    const canaryMetadata = { labels, annotations: { note: 'any text: ✓' }, env: { 'a.B-c_1': '' } };
    const unused = { dynamicStableScale: false, abortScaleDownDelaySeconds: 0 };
    for (const maxSurge of [1, '1%', '100%']) expect(issues({ canaryMetadata, maxSurge, ...unused })).toEqual([]);
    const canary = { dynamicStableScale: true, abortScaleDownDelaySeconds: 599 };
    expect(policySchema.safeParse({ canary, traffic: { router: 'gatewayApi' } }).success).toBe(true);
  });
});

describe('the time for the last requests', () => {
  const issues = (drainSeconds: number) =>
    (policySchema.safeParse({ traffic: { router: 'gatewayApi', drainSeconds } }).error?.issues ?? [])
      .map(({ path, message }) => [path.join('.'), message]);

  it('ends before the deadline of a rollback', () => {
    expect(issues(599)).toEqual([]);
    expect(issues(600)).toEqual([['traffic.drainSeconds', expect.stringMatching(/progressDeadline/)]]);
  });

  it.each([[600, 30], [60, 30], [15, 7], [1, 0]])('with a deadline of %i s is %i s by default', (progressDeadline, seconds) =>
    expect(drainSecondsOf(policySchema.parse({ progressDeadline }))).toBe(seconds));
});

describe('the bounds of a policy', () => {
  const WEEK = 7 * 24 * 3600;
  const long = (length: number) => 'a'.repeat(length);
  const stage = (over: object) => ({ stages: [{ weight: 5, duration: 10, ...over }] });
  const analysis = (over: object) => ({ analysis: over });
  const requests = (over: object) => analysis({ requests: { metric: 'm', statusLabel: 'l', ...over } });
  const trust = (over: object) => ({
    trust: [{ provider: 'github', audience: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', ...over }],
  });
  const times = (count: number, one: unknown) => Array.from({ length: count }, () => one);

  /** Accepted values at a bound, and refused values beyond it. */
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['the weight of a stage', [stage({ weight: 0.1 }), stage({ weight: 100 })], [stage({ weight: 0 }), stage({ weight: 100.1 })]],
    [
      'the duration of a stage',
      [stage({ duration: 1 }), stage({ duration: WEEK })],
      [stage({ duration: 0.9 }), stage({ duration: WEEK + 1 })],
    ],
    [
      'the deadline of a stage',
      [stage({ deadline: 10 }), stage({ deadline: WEEK })],
      [stage({ deadline: 9 }), stage({ deadline: WEEK + 1 })],
    ],
    ['the replicas of a stage', [stage({ replicas: 1 })], [stage({ replicas: 0 }), stage({ replicas: 1.5 })]],
    ['the keys of a stage', [stage({})], [stage({ other: 1 })]],
    [
      'the order of the stages',
      [
        {
          stages: [
            { weight: 5, duration: 1 },
            { weight: 5, duration: 1 },
            { weight: 6, duration: 1 },
          ],
        },
      ],
      [
        {
          stages: [
            { weight: 5, duration: 1 },
            { weight: 7, duration: 1 },
            { weight: 6, duration: 1 },
          ],
        },
      ],
    ],
    [
      'the number of stages',
      [{ stages: times(1, { weight: 5, duration: 1 }) }, { stages: times(50, { weight: 5, duration: 1 }) }],
      [{ stages: [] }, { stages: times(51, { weight: 5, duration: 1 }) }],
    ],
    [
      'the namespace',
      ['a', 'a-1', '9z', long(63)].map((namespace) => ({ namespace })),
      ['', '-a', 'a-', 'A', 'a.b', 'a_b', long(64), '\na', 'a\n'].map((namespace) => ({ namespace })),
    ],
    ['the image', [{ image: 'a' }], [{ image: '' }]],
    [
      'the progress deadline',
      [{ progressDeadline: 1 }, { progressDeadline: WEEK }],
      [{ progressDeadline: 0 }, { progressDeadline: WEEK + 1 }],
    ],
    [
      'the inspection deadline',
      [{ inspectionDeadline: 1 }, { inspectionDeadline: WEEK }],
      [{ inspectionDeadline: 0 }, { inspectionDeadline: WEEK + 1 }],
    ],
    [
      'maxRestarts',
      ['none', {}, { starting: 0, underTraffic: 100 }].map((maxRestarts) => ({ maxRestarts })),
      ['all', null, 3, { starting: -1 }, { starting: 101 }, { serving: 1 }].map((maxRestarts) => ({ maxRestarts })),
    ],
    ['onFirstFailure', ['keep', 'scaleToZero'].map((onFirstFailure) => ({ onFirstFailure })), [{ onFirstFailure: 'delete' }]],
    ['whenBusy', ['latestOnly', 'queue', 'supersede', 'reject'].map((whenBusy) => ({ whenBusy })), [{ whenBusy: 'wait' }]],
    ['the mode of the analysis', ['auto', 'metrics', 'health'].map((mode) => analysis({ mode })), [analysis({ mode: 'none' })]],
    ['the minimum number of requests', [analysis({ minRequests: 1 })], [analysis({ minRequests: 0 }), analysis({ minRequests: 1.5 })]],
    [
      'the error rate',
      [analysis({ maxErrorRate: 0 }), analysis({ maxErrorRate: 1 })],
      [analysis({ maxErrorRate: -0.1 }), analysis({ maxErrorRate: 1.1 })],
    ],
    [
      'the increase of the error rate',
      [analysis({ maxErrorRateIncrease: 0 }), analysis({ maxErrorRateIncrease: 1 })],
      [analysis({ maxErrorRateIncrease: -0.1 }), analysis({ maxErrorRateIncrease: 1.1 })],
    ],
    [
      'the share of the traffic',
      [analysis({ minTrafficShare: 0 }), analysis({ minTrafficShare: 1 })],
      [analysis({ minTrafficShare: -0.1 }), analysis({ minTrafficShare: 1.1 })],
    ],
    ['the keys of the analysis', [analysis({})], [analysis({ minRequest: 1 })]],
    [
      'the metric',
      ['m', 'a:b_C9', '_m', ':m', long(200)].map((metric) => requests({ metric })),
      ['', '9m', 'a.b', 'a-b', 'm ', ' m', long(201)].map((metric) => requests({ metric })),
    ],
    [
      'the label',
      ['l', 'a_B9', '_l', long(100)].map((statusLabel) => requests({ statusLabel })),
      ['', '9l', 'a:b', 'a.b', 'l ', ' l', long(101)].map((statusLabel) => requests({ statusLabel })),
    ],
    [
      'the errors',
      [['5'], [long(100)], times(50, '5xx')].map((errors) => requests({ errors })),
      [[], [''], [long(101)], times(51, '5xx')].map((errors) => requests({ errors })),
    ],
    ['the keys of the requests', [requests({})], [requests({ label: 'l' })]],
    [
      'the powers',
      [{ allow: powerSchema.options }, { allow: times(20, 'hostPath') }],
      [{ allow: ['all'] }, { allow: times(21, 'hostPath') }],
    ],
    [
      'the secret of webhooks',
      ['a', 'a-1', '9z', long(63)].map((webhookSecret) => ({ webhookSecret })),
      ['', '-a', 'a-', 'A', 'a.b', long(64), ' a', 'a '].map((webhookSecret) => ({ webhookSecret })),
    ],
    ['the number of trust entries', [{ trust: times(50, trust({}).trust[0]) }], [{ trust: times(51, trust({}).trust[0]) }]],
    ['the provider of tokens', [trust({ provider: 'github' }), trust({ provider: 'gitlab' })], [trust({ provider: 'jenkins' })]],
    [
      'the issuer of tokens',
      [trust({ issuer: 'https://gitlab.example.com' }), trust({ issuer: 'http://localhost:8080' })],
      [
        trust({ issuer: 'ftp://example.com' }),
        trust({ issuer: 'xhttps://a' }),
        trust({ issuer: 'httpsx://a' }),
        trust({ issuer: 'example.com' }),
      ],
    ],
    [
      'the audience of tokens',
      [trust({ audience: 'a' }), trust({ audience: long(255) })],
      [trust({ audience: '' }), trust({ audience: long(256) })],
    ],
    [
      'the repository',
      ['acme/shop', 'a.b/c-d/e_f'].map((repository) => trust({ repository })),
      ['acme', 'acme/', '/shop', 'acme//shop', 'acme/shop ', ' acme/shop', 'acme/*'].map((repository) => trust({ repository })),
    ],
    [
      'the ref',
      ['refs/heads/main', 'refs/tags/v*', '*', 'r', 'r*', long(255), `${long(255)}*`].map((ref) => trust({ ref })),
      ['', '**', 'refs/*/main', 'a b', ' a', 'a ', long(256), '*a'].map((ref) => trust({ ref })),
    ],
    [
      'the environment of a job',
      [trust({ environment: 'a' }), trust({ environment: long(255) })],
      [trust({ environment: '' }), trust({ environment: long(256) })],
    ],
    ['the keys of trust', [trust({})], [trust({ branch: 'main' })]],
  ])('are enforced for %s', (_, accepted, refused) => {
    for (const policy of accepted) expect([policy, policySchema.safeParse(policy).success]).toEqual([policy, true]);
    for (const policy of refused) expect([policy, policySchema.safeParse(policy).success]).toEqual([policy, false]);
  });

  it.each([
    ['a stage whose deadline comes before its end', stage({ deadline: 9 }), 'deadline must not be shorter than duration'],
    [
      'weights that go down',
      {
        stages: [
          { weight: 5, duration: 1 },
          { weight: 4, duration: 1 },
        ],
      },
      'weights must not decrease',
    ],
    ['a metric with another name', requests({ metric: 'a.b' }), 'This is not a name of a metric.'],
    ['a label with another name', requests({ statusLabel: 'a.b' }), 'This is not a name of a label.'],
    ['a secret with another name', { webhookSecret: 'A' }, 'This is not a name for a secret.'],
    ['a repository without an owner', trust({ repository: 'shop' }), 'This is not a repository.'],
    ['a ref with a star in the middle', trust({ ref: 'a*b' }), 'A ref is one like refs/heads/main, and may end with *.'],
  ])('are named in the error for %s', (_, policy, message) =>
    expect(policySchema.safeParse(policy).error?.issues.map((issue) => issue.message)).toContain(message),
  );

  it('do not apply to stages left out: the default stages are those of the original', () => {
    expect(policySchema.parse({}).stages).toEqual([
      { weight: 17, duration: 180, replicas: 1 },
      { weight: 50, duration: 180, replicas: 3 },
      { weight: 83, duration: 120, replicas: 5 },
    ]);
  });
  it('are the powers that reach beyond a namespace', () =>
    expect(powerSchema.options).toEqual([
      'privileged', 'capabilities', 'hostNetwork', 'hostPID', 'hostIPC', 'hostPath', 'hostPort', 'externalIPs',
    ]));
});

describe('a stored policy', () => {
  it('without an analysis mode keeps metrics, the default when it was stored', () => {
    expect(storedPolicy({ namespace: 'shop' }).analysis).toEqual({
      mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
    });
    expect(storedPolicy({ analysis: { minRequests: 5 } }).analysis).toMatchObject({ mode: 'metrics', minRequests: 5 });
  });
  it.each(['auto', 'metrics', 'health'] as const)('keeps its mode %s', (mode) =>
    expect(storedPolicy({ analysis: { mode } }).analysis.mode).toBe(mode),
  );
  it('without the key holdAfterRollback a rollback holds nothing, as when it was stored, although new policies do', () => {
    expect([storedPolicy({ namespace: 'shop' }).holdAfterRollback, policySchema.parse({}).holdAfterRollback]).toEqual([false, true]);
    expect(storedPolicy({ holdAfterRollback: true }).holdAfterRollback).toBe(true);
  });

  it('without the key prune keeps all objects, as when it was stored, although new policies do not', () => {
    expect([storedPolicy({ namespace: 'shop' }).prune, policySchema.parse({ namespace: 'shop' }).prune]).toEqual(['none', 'alloy']);
    expect(storedPolicy({ prune: 'alloy' }).prune).toBe('alloy');
  });
  it('without the key maxRestarts allows none in a crash loop, as when it was stored, although new policies do', () => {
    const usual = { starting: 3, underTraffic: 0 };
    expect(storedPolicy({ namespace: 'shop' }).maxRestarts).toBe('none');
    expect(policySchema.parse({ namespace: 'shop' }).maxRestarts).toEqual(usual);
    expect(storedPolicy({ maxRestarts: { starting: 5 } }).maxRestarts).toEqual({ starting: 5, underTraffic: 0 });
    expect(storedPolicy(policySchema.parse({ maxRestarts: 'none' })).maxRestarts).toBe('none');
  });
  it('that is missing gets the current defaults', () => {
    for (const stored of [null, undefined, 'policy']) expect(storedPolicy(stored)).toEqual(policySchema.parse({}));
  });
  it('that is invalid is refused', () => expect(() => storedPolicy({ namespace: '../etc' })).toThrow());
});

it('a plan records how a release is carried out, and nothing about who may release, who is notified and what is written', () => {
  const policy = policySchema.parse({
    namespace: 'shop', workload: 'web', kinds: ['default'], refuse: ['Job.batch'], allow: ['hostPath'], notify: [], webhookSecret: 'ci',
  });
  expect(Object.keys(plannedPolicy(policy)).filter((key) => !(key in releasePolicySchema.shape))).toEqual([]);
  expect(plannedPolicy(policy)).toMatchObject({ namespace: 'shop', whenBusy: 'latestOnly', resolveDigest: false });
  expect(releasePolicySchema.parse(plannedPolicy(policy))).toEqual(plannedPolicy(policy));
});
