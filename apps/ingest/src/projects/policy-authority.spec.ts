import { EVERY_PROJECT, type Scope } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import { policyLevels, policySchema, type Policy } from '@alloy/policy';
import fc from 'fast-check';
import { requireAuthority } from './policy-authority';

const holder = (...projects: readonly string[]): TokenHolder => ({
  tokenId: '1',
  account: 'ann',
  scope: 'admin' satisfies Scope,
  projects,
});
const projectAdmin = holder('shop');
const globalAdmin = holder('theirs', EVERY_PROJECT);

const defaults = policySchema.parse({});
/** For each key a value that differs from its default. */
const others: Required<Policy> = {
  namespace: 'shop',
  allow: ['hostPath'],
  kinds: ['default', 'Widget.example.com'],
  refuse: ['ClusterRole'],
  image: 'registry.example/shop',
  images: ['registry.example/worker'],
  workload: 'web',
  stages: [{ weight: 50, duration: 5 }],
  steps: [{ setWeight: 50 }, { pause: {} }],
  strategy: 'Linear10PercentEvery1Minutes',
  blueGreen: { scaleDownDelaySeconds: 5 },
  rollout: { maxSurge: 2 },
  progressDeadline: 1,
  inspectionDeadline: 1,
  maxRestarts: { starting: 5, underTraffic: 1 },
  onFail: 'hold',
  onFirstFailure: 'scaleToZero',
  whenBusy: 'queue',
  onDrift: 'refuse',
  onTrafficDrift: 'hold',
  prune: 'none',
  holdAfterRollback: false,
  analysis: { ...defaults.analysis, minRequests: 1 },
  notify: [],
  traffic: { router: 'gatewayApi', route: 'shop', drainSeconds: 5 },
  canary: { canaryMetadata: { labels: { role: 'canary' } }, maxSurge: 2 },
  resolveDigest: true,
  trust: [{ provider: 'github', audience: 'alloy', repository: 'acme/shop', ref: '*' }],
  webhookSecret: 'hook',
};
const keys = Object.keys(policyLevels) as Array<keyof Policy>;
const at = (level: string) => keys.filter((key) => policyLevels[key] === level);
const policies: fc.Arbitrary<Policy> = fc
  .subarray(keys)
  .map((chosen) => ({ ...defaults, ...Object.fromEntries(chosen.map((key) => [key, others[key]])) }));
const refusal = (caller: TokenHolder, present: Policy | undefined, changed: Policy): string | undefined => {
  try {
    expect(requireAuthority(caller, present, changed)).toBe(changed);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ problem: { status: 403, code: 'forbidden_project' } });
    const { pointer, detail } = (error as { problem: { pointer: string; detail: string } }).problem;
    expect(detail).toContain(pointer.split('/').at(-1));
    return pointer;
  }
};

/** Platform keys with another default than the empty one, and why no project gets anything by it. */
const HARMLESS: Readonly<Partial<Record<keyof Policy, string>>> = {
  namespace: 'an environment accepts no release until an administrator of all projects has created it with its namespace',
};
it.each(at('platform'))('grants nothing by the default of %s (P33)', (key) => {
  const value: unknown = defaults[key];
  const isEmpty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
  expect(isEmpty || HARMLESS[key]).toBeTruthy();
});

it('accepts no default with effects beyond the project unless an administrator of all projects created the environment (P33)', () => {
  fc.assert(fc.property(policies, (policy) => expect(refusal(projectAdmin, undefined, policy)).toBe('/policy/namespace')));
  fc.assert(fc.property(policies, (policy) => expect(refusal(globalAdmin, undefined, policy)).toBeUndefined()));
});

it.each(at('platform'))('refuses a project administrator who changes %s, also back to its default', (key) => {
  const changed = { ...defaults, [key]: others[key] };
  for (const [present, next] of [[defaults, changed], [changed, defaults]] as const) {
    expect(refusal(projectAdmin, present, next)).toBe(`/policy/${key}`);
    expect(refusal(globalAdmin, present, next)).toBeUndefined();
  }
});

it.each(at('project'))('accepts a change of %s by a project administrator, also back to its default', (key) => {
  const changed = { ...defaults, [key]: others[key] };
  for (const [present, next] of [
    [defaults, changed],
    [changed, defaults],
  ] as const)
    expect(refusal(projectAdmin, present, next)).toBeUndefined();
});

it('refuses exactly the changes of a project administrator to keys with effects beyond the project', () => {
  fc.assert(fc.property(policies, policies, (present, changed) => {
    const touched = at('platform')
      .filter((key) => JSON.stringify(present[key]) !== JSON.stringify(changed[key]))
      .map((key) => `/policy/${key}`);
    const found = refusal(projectAdmin, present, changed);
    if (touched.length === 0) expect(found).toBeUndefined();
    else expect(touched).toContain(found);
  }));
});
