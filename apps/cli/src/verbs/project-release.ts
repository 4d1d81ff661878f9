import type { Accepted } from '../api/shapes';
import { environmentOption } from '../options/target';
import { waitExits, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import type { Verb } from '../verb';
import { follow } from './new-release';

interface Options extends WaitOptions {
  readonly environment?: string;
}

export const verb: Verb = {
  name: 'release',
  summary: 'Hand the workload of an environment back, without a restart: it leaves Alloy',
  example:
    "alloy project release shop --wait --reason 'moves to another team'\nalloy project release shop --environment staging",
  routes: ['POST /api/v1/projects/{id}/hand-back', ...waitRoutes],
  mutating: true,
  exits: waitExits,
  register(command, run) {
    withWait(command.argument('<project>', 'its name').addOption(environmentOption()));
    run<Options>(async (session, [id = ''], { environment = session.context.environment ?? 'production', ...options }) => {
      const path = `api/v1/projects/${encodeURIComponent(id)}/hand-back`;
      return follow(session, await session.api.post<Accepted>(path, { environment, reason: session.reason }), options);
    });
  },
};
