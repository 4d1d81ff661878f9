import { eventually } from '../../support/eventually';
import { deployment, service } from '../../support/workload';
import type { Version } from '../../support/story';
import { PODS, type CellParts } from './situation';

/** A pod is ready a second after its start, so that a rolling update takes a few seconds. */
const container = { readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 1 } };

export const manifests = (): Pick<Version, 'deployment' | 'service'> =>
  ({ deployment: deployment({ replicas: PODS, container }), service: service(200) });

export const deployTag = ({ shop, strategy }: CellParts, tag: string): Promise<string> =>
  shop.deploy(tag, { ...manifests(), strategy: strategy.requested });

/** Deploys the version, and waits until it has pods and is in the middle. */
export async function inTheMiddle(parts: CellParts, tag = 'v2'): Promise<string> {
  const { shop, strategy } = parts;
  const id = await deployTag(parts, tag);
  await shop.hasReached(id, strategy.middle);
  await eventually(async () => expect((await shop.pods()).map((pod) => pod.tag)).toContain(tag));
  return id;
}

/** Ends what holds the release, and expects its promotion. */
export async function expectPromoted({ shop, strategy }: CellParts, id: string, pods = PODS): Promise<void> {
  if (strategy.isGradual) await shop.want(id, 'promote', { full: true });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2', pods);
}
