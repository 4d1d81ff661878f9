import type { Accepted } from '../api/shapes';
import { environmentOption, placeOf, projectOption, type PlaceOptions } from '../options/place';
import { waitExits, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import type { Verb } from '../verb';
import { follow } from './new-release';

interface Options extends PlaceOptions, WaitOptions {
  readonly to?: string;
}

export const verb: Verb = {
  name: 'rollback',
  summary: 'Bring an earlier stable version back, at once',
  example: "alloy rollback --project shop --wait --reason 'checkout is broken'\nalloy rollback --project shop --to 01K9ZJ5QX8N4V7R2T6WDYB3CHM",
  routes: ['POST /api/v1/projects/{id}/rollback', ...waitRoutes],
  mutating: true,
  exits: waitExits,
  register(command, run) {
    withWait(command.option('--to <release>', 'the release whose version is to come back (default: the stable version before)').addOption(projectOption()).addOption(environmentOption()));
    run<Options>(async (session, _args, { to, ...options }) => {
      const { project, environment } = placeOf(options, session.context);
      return follow(session, await session.api.post<Accepted>(`api/v1/projects/${encodeURIComponent(project)}/rollback`, { to, environment, reason: session.reason }), options);
    });
  },
};
