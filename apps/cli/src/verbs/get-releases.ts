import type { ReleaseLine } from '../api/shapes';
import { atMost } from '../options/at-most';
import { environmentOption, projectOption, type TargetOptions } from '../options/target';
import { releaseView } from '../output/release-view';
import type { Verb } from '../verb';

interface Options extends TargetOptions {
  readonly status?: string;
  readonly limit: number;
}

export const verb: Verb = {
  name: 'releases',
  summary: 'List releases, newest first',
  example: 'alloy get releases --project shop --status releasing,paused',
  routes: ['GET /api/v1/releases'],
  mutating: false,
  register(command, run) {
    command.addOption(projectOption()).addOption(environmentOption())
      .option('--status <list>', 'only releases with one of these statuses, separated by commas')
      .option('--limit <n>', 'limit of releases', atMost(10_000), 20);
    run<Options>(async ({ api, out, context, io }, _args, { project = context.project, environment, status, limit }) => {
      const items = await api.all<ReleaseLine>('/api/v1/releases', { project, environment, status, limit: Math.min(limit, 500) }, limit);
      if (items.length === 0) out.note('no releases');
      await out.list(items, releaseView(io.now()));
    });
  },
};
