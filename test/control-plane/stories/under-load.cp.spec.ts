import { heldPolicy, shortPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { deployment, service } from '../../support/workload';
import type { LoadReport } from '../gateway/counts';
import { withGateway } from '../gateway/gateway';
import type { Load } from '../gateway/load';
import { underLoad } from '../gateway/under-load';
import { needsGateway } from '../support/control-plane';
import { behindGateway } from './support/behind-gateway';
import { sideBySide } from './support/side-by-side';
import { withStage, type Play, type ProofOptions } from './support/stage';

type Project = 'promoted' | 'errors' | 'aborted';

/** All requests come through the gateway. */
const version: Version = { deployment: deployment({ replicas: 4 }), service: service(0) };

needsGateway('releases under the load of real users', () => {
  const gateway = withGateway();
  const stages = [17, 50].map((weight) => ({ weight, duration: 2, deadline: 60 }));
  const stage = withStage({ promoted: { ...shortPolicy, stages }, errors: shortPolicy, aborted: heldPolicy });

  /** Runs the story on version v1 under load, until only the version `last` answers. */
  const play = async (
    project: Project,
    last: string,
    story: (play: Play, load: Load) => Promise<ProofOptions | void>,
  ): Promise<LoadReport> => {
    const one = stage().play(project);
    const { shop } = one;
    const host = await behindGateway(gateway(), one, version);
    let proof: ProofOptions = {};
    const report = await underLoad(gateway(), { host }, async (load) => {
      proof = (await story(one, load)) ?? {};
      await shop.onlyRuns(last, 4);
      await load.next(200);
      expect(await load.next(200)).toMatchObject({ byVersion: { [last]: 200 }, failed: [] });
    });
    await stage().prove(project, proof);
    return report;
  };

  sideBySide(
    {
      'a canary is promoted without a failed request': async () => {
        const { byVersion, failed } = await play('promoted', 'v2', async ({ shop }) => {
          expect(await shop.release('v2', version)).toMatchObject({ status: 'promoted', strategy: 'canary' });
        });
        expect({ failed, versions: Object.keys(byVersion).sort() }).toEqual({ failed: [], versions: ['v1', 'v2'] });
      },
      'a canary that answers with errors is rolled back, and no other request fails': async () => {
        const { failed } = await play('errors', 'v1', async ({ shop }) => {
          expect(await shop.release('v2-errors', version)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
        });
        expect(failed.length).toBeGreaterThan(0);
        expect(failed.filter((one) => one.version !== 'v2-errors')).toEqual([]);
      },
      'a canary is aborted without a failed request': async () => {
        const { byVersion, failed } = await play('aborted', 'v1', async ({ shop, observer }, load) => {
          const before = await observer.world();
          const id = await shop.deploy('v2', version);
          await shop.reaches(id, 'analyse');
          await load.next(200);
          await shop.abort(id);
          expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
          return { aborted: new Map([[id, before]]) };
        });
        expect({ failed, versions: Object.keys(byVersion).sort() }).toEqual({ failed: [], versions: ['v1', 'v2'] });
      },
    },
    { atOnce: 2 },
  );
});
