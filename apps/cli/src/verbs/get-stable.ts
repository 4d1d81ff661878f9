import type { Stable } from '../api/shapes';
import { environmentOption, targetOf, projectOption, type TargetOptions } from '../options/target';
import { age } from '../output/age';
import type { View } from '../output/output';
import { shortTag } from '../output/short-tag';
import { stableDriftText } from '../output/stable-drift-text';
import type { Verb } from '../verb';

const view = (now: number): View<Stable> => ({
  name: ({ releaseId, imageTag }) => releaseId ?? imageTag,
  columns: [
    { head: 'PROJECT', cell: ({ project }) => project },
    { head: 'ENVIRONMENT', cell: ({ environment }) => environment },
    { head: 'TAG', cell: ({ imageTag }) => shortTag(imageTag) },
    { head: 'RELEASE', cell: ({ releaseId }) => releaseId ?? '(ran before Alloy)' },
    { head: 'JUDGED', cell: ({ judged }) => (judged === false ? 'not judged' : 'yes') },
    { head: 'SINCE', cell: ({ since }) => age(since, now) },
    { head: 'RUNS', cell: ({ drift }) => (drift ? `not: ${stableDriftText(drift)}` : 'yes') },
    { head: 'IMAGE', cell: ({ image }) => image, isWide: true },
    { head: 'WORKLOAD', cell: ({ target }) => (target ? `${target.cluster}/${target.namespace}/${target.workload}` : ''), isWide: true },
    { head: 'RESTORABLE', cell: ({ restorable }) => (restorable ? 'yes' : 'no'), isWide: true },
  ],
});

export const verb: Verb = {
  name: 'stable',
  summary: 'Show the stable version',
  example: 'alloy get stable --project shop -o json',
  routes: ['GET /api/v1/projects/{id}/stable'],
  mutating: false,
  register(command, run) {
    command.addOption(projectOption()).addOption(environmentOption());
    run<TargetOptions>(async ({ api, out, context, io }, _args, options) => {
      const { project, environment } = targetOf(options, context);
      await out.one(await api.get<Stable>(`/api/v1/projects/${encodeURIComponent(project)}/stable`, { environment }), view(io.now()));
    });
  },
};
