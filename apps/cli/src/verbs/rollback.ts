import type { Accepted } from '../api/shapes';
import { environmentOption, targetOf, projectOption, type TargetOptions } from '../options/target';
import { waitExits, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import type { Verb } from '../verb';
import { follow } from './new-release';

interface Options extends TargetOptions, WaitOptions {
  readonly to?: string;
}

export const verb: Verb = {
  name: 'rollback',
  summary: 'Restore an earlier stable version, expedited',
  example:
    "alloy rollback --project shop --wait --reason 'checkout is broken'\nalloy rollback --project shop --to 01K9ZJ5QX8N4V7R2T6WDYB3CHM",
  routes: ['POST /api/v1/projects/{id}/rollback', ...waitRoutes],
  mutating: true,
  exits: waitExits,
  register(command, run) {
    withWait(
      command
        .option('--to <release>', 'the release whose version to restore (default: the previous stable version)')
        .addOption(projectOption())
        .addOption(environmentOption()),
    );
    run<Options>(async (session, _args, { to, ...options }) => {
      const { project, environment } = targetOf(options, session.context);
      return follow(
        session,
        await session.api.post<Accepted>(`api/v1/projects/${encodeURIComponent(project)}/rollback`, {
          to, environment, reason: session.reason,
        }),
        options,
      );
    });
  },
};
