import type { PastRelease } from '../api/shapes';
import { atMost } from '../options/at-most';
import { environmentOption, targetOf, projectOption, type TargetOptions } from '../options/target';
import { age, span } from '../output/age';
import type { View } from '../output/output';
import { shortTag } from '../output/short-tag';
import { paintStatus } from '../output/status-color';
import type { Verb } from '../verb';

const took = ({ requestedAt, endedAt }: PastRelease['times']): string =>
  endedAt === null ? '' : span((Date.parse(endedAt) - Date.parse(requestedAt)) / 1_000);
const origin = ({ retryOf, rollbackOf }: PastRelease): string =>
  rollbackOf ? `rollback to ${rollbackOf}` : retryOf ? `retry of ${retryOf}` : '';

const view = (now: number): View<PastRelease> => ({
  name: ({ id }) => id,
  columns: [
    { head: 'RELEASE', cell: ({ id }) => id },
    { head: 'STATUS', cell: ({ status }) => status, paint: (text, color, { status }) => paintStatus(text, status, color) },
    { head: 'STRATEGY', cell: ({ strategy, requestedStrategy }) => strategy ?? requestedStrategy },
    { head: 'TAG', cell: ({ imageTag }) => shortTag(imageTag) },
    { head: 'AGE', cell: ({ times }) => age(times.requestedAt, now) },
    { head: 'TOOK', cell: ({ times }) => took(times) },
    { head: 'REASON', cell: ({ reason }) => reason?.code ?? '' },
    { head: 'BY', cell: ({ requestedBy }) => requestedBy, isWide: true },
    { head: 'COMMIT', cell: ({ commitSha }) => commitSha, isWide: true },
    { head: 'ORIGIN', cell: origin, isWide: true },
    { head: 'WHY', cell: ({ reason }) => reason?.text ?? '', isWide: true },
  ],
});

export const verb: Verb = {
  name: 'history',
  summary: 'List the releases of a project, newest first',
  example: 'alloy history --project shop --limit 5 -o wide',
  routes: ['GET /api/v1/projects/{id}/history'],
  mutating: false,
  register(command, run) {
    command.addOption(projectOption()).addOption(environmentOption()).option('--limit <n>', 'limit of releases', atMost(100_000), 20);
    run<TargetOptions & { readonly limit: number }>(async ({ api, out, context, io }, _args, { limit, ...options }) => {
      const { project, environment } = targetOf(options, context);
      await out.list(
        await api.all<PastRelease>(
          `api/v1/projects/${encodeURIComponent(project)}/history`,
          { environment, limit: Math.min(limit, 500) },
          limit,
        ),
        view(io.now()),
      );
    });
  },
};
