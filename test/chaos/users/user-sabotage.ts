import type { Installation } from '../../support/installation';
import { WORKLOAD } from '../../support/manifests';
import type { Round } from './user-schedule';

/** A way to break a promise without Alloy's knowledge; the judgement must find it. */
export interface UserSabotage {
  /** Before the release; returns functions that cancel what was placed. */
  place(installation: Installation, project: string, round: Round): ReadonlyArray<() => void>;
  /** After its end, before the workload is read. */
  afterwards?(installation: Installation, project: string, round: Round, end: string): Promise<void>;
}

const none = (): readonly [] => [];
const template = async ({ cluster }: Installation, project: string, container: object): Promise<void> => {
  await cluster.send({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${project}/deployments/${WORKLOAD}?fieldManager=alloy`,
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { spec: { containers: [{ name: 'web', ...container }] } } } },
  });
};

export const userSabotages: Readonly<Record<string, UserSabotage>> = {
  /** P29: the promoted pods get a variable that the judged ones did not have. */
  'promote-otherwise': {
    place: none,
    afterwards: async (installation, project, _, end) => {
      if (end === 'ReleasePromoted') await template(installation, project, { env: [{ name: 'NOT_JUDGED', value: 'yes' }] });
    },
  },
  /** P29: another image runs. */
  'another-image': {
    place: none,
    afterwards: async (installation, project, _, end) => {
      if (end === 'ReleasePromoted') await template(installation, project, { image: `registry.example.com/${project}/web:another` });
    },
  },
  /** P31: a rollback leads to the first version, whatever ran before the release. */
  'roll-back-to-v1': {
    place: none,
    afterwards: async (installation, project, _, end) => {
      if (end === 'ReleaseRolledBack') await template(installation, project, { image: `registry.example.com/${project}/web:v1` });
    },
  },
  /** P32: the API server refuses what the dry run accepted. */
  'refuse-late': {
    place: (installation) => {
      const refusal = { status: 422, body: JSON.stringify({
        kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Invalid', code: 422,
        message: 'Service "web" is invalid: refused late',
      }) };
      for (const replica of ['executor', 'executor-2'] as const) {
        installation.api(replica).instead = (method, path) =>
          method === 'PATCH' && path.includes('/services/web') && !path.includes('dryRun') ? refusal : undefined;
      }
      return none();
    },
  },
};
