import type { PlanAnswer } from '@alloy/release';
import { shortPolicy } from '../../support/stories';
import { deployment, service } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { withStage } from './support/stage';

const stage = withStage({ plan: shortPolicy });

const objects = [deployment(), service()];

/** What a release would do, by the real API server. */
async function planned(imageTag: string, manifests: readonly object[]): Promise<PlanAnswer> {
  const { url, token } = stage().installation.releases.door;
  const answer = await fetch(`${url}/api/v1/plans`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ project: stage().play('plan').shop.project, imageTag, manifests }),
  });
  return (await answer.json()) as PlanAnswer;
}

let firstRelease: string;

const linesOf = ({ plan }: PlanAnswer): readonly string[] =>
  plan!.steps.flatMap(({ writes }) => writes).map(({ from: _from, batch: _batch, ...write }) => Object.values(write).join(' '));

it('a plan changes no object, and the release then does what it shows', async () => {
  const { shop, observer } = stage().play('plan');
  const before = await observer.world();
  const first = await planned('v1', objects);
  expect(first).toMatchObject({ goes: true, plan: { strategy: 'rollout' } });
  expect(linesOf(first)).toEqual(['create Service web', 'create Deployment web', 'scale Deployment web 2']);
  expect(await observer.world()).toEqual(before);
  const container = { readinesProbe: { httpGet: { path: '/', port: 'http' } } };
  const refusal = { code: 'invalid_object', text: expect.stringContaining('readinesProbe') };
  const refused = await planned('v1', [deployment({ container }), service()]);
  expect(refused).toMatchObject({ goes: false, plan: null, refusals: [refusal] });
  expect(await observer.world()).toEqual(before);
  firstRelease = await shop.deploy('v1');
  expect((await shop.until(firstRelease, ({ plan }) => plan !== null)).plan!.steps).toEqual(first.plan!.steps.map(({ step }) => step));
});

needsPods('a plan over pods that run', () => {
  it('has the steps and the writes of the canary that follows', async () => {
    const { shop } = stage().play('plan');
    await shop.until(firstRelease, ({ status }) => status === 'promoted');
    const second = await planned('v2', objects);
    const release = await shop.release('v2');
    expect(release.status).toBe('promoted');
    expect(second.plan!.steps.map(({ step }) => step)).toEqual(release.plan!.steps);
    expect(linesOf(second)).toContain('create Deployment web-canary');
    await stage().prove('plan');
  });
});
