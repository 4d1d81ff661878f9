import { ClusterError } from '@alloy/cluster';
import type { PlanQuestion, PreviewAnswer } from '@alloy/ledger';
import { policySchema } from '@alloy/policy';
import type { InspectionPorts } from './executor-ports';
import { PlanWorker } from './plan-worker';
import { bundleOfWeb } from './testing/bundle-of-web';

const bundle = bundleOfWeb('v1');
const request = { strategy: 'auto', workload: bundle.workload, rollbackOf: null };
const question = {
  releaseId: 'R1', project: 'shop', environment: 'production', request, bundle, policy: null,
} as unknown as PlanQuestion;
const context = {
  cluster: 'default', policy: policySchema.parse({ namespace: 'shop' }), slot: { holder: null, counter: 0 }, stable: null,
};

/** What a worker answers, and logs, while the log or the cluster fails. */
async function answered(failing: { readonly log?: Error; readonly cluster?: Error }) {
  const open = [question];
  const answers: PreviewAnswer[] = [];
  const logged: unknown[] = [];
  const fail = (): Promise<never> => Promise.reject(failing.cluster ?? new Error('not read'));
  const ports = {
    installation: 'alloy',
    log: { context: () => (failing.log ? Promise.reject(failing.log) : Promise.resolve(context)) },
    cluster: { get: fail, list: fail, apply: fail, patch: fail, serves: fail },
    informers: { replicaSet: () => undefined },
    artifacts: { nameHash: () => '0123456789' },
  } as unknown as InspectionPorts;
  const requests = { claim: async () => open.shift(), answer: async (_id: string, answer: PreviewAnswer) => void answers.push(answer) };
  const worker = new PlanWorker({ ...ports, requests: requests as never, onError: (error) => logged.push(error), now: async () => 0 });
  await worker.round();
  return { answers, logged };
}

describe('PlanWorker', () => {
  it('answers with the cause if an object keeps changing', async () => {
    const cluster = new ClusterError('conflict', 'the object has been modified', { status: 409 });
    const { answers, logged } = await answered({ cluster });
    expect([answers, logged]).toEqual([[{ failure: 'the object has been modified' }], []]);
  });

  it.each([
    ['unreachable', 'unreachable'],
    ['server_error', 'unreachable'],
    ['forbidden', 'forbidden'],
  ] as const)('answers that planning is refused if the cluster answers %s', async (answer, code) => {
    const { answers, logged } = await answered({ cluster: new ClusterError(answer, 'no') });
    expect(answers).toEqual([expect.objectContaining({ refusals: [expect.objectContaining({ code })] })]);
    expect(logged).toEqual([]);
  });

  it.each([
    ['the log', { log: new Error('relation "shop" does not exist') }],
    ['a fault of the executor', { cluster: new TypeError('undefined is not a function') }],
  ])('logs an error of %s, and does not show it to the client', async (_what, failing) => {
    const { answers, logged } = await answered(failing);
    expect(answers).toEqual([{ failure: 'the executor failed; its log has the cause' }]);
    expect(logged).toEqual(Object.values(failing));
  });
});
