import type { Release } from '../api/shapes';
import { pathOf } from '../follow/follow-release';
import { podsOf, showRelease } from '../follow/show-release';
import { environmentOption, projectOption, type TargetOptions } from '../options/target';
import { waitRoutes } from '../options/wait';
import { newestRelease } from '../options/which-release';
import { releaseView } from '../output/release-view';
import { releaseTree } from '../tree/release-tree';
import type { Verb } from '../verb';

interface Options extends TargetOptions {
  readonly watch?: boolean;
}

export const verb: Verb = {
  name: 'release',
  summary: 'Show a release with its step, weights, pods and verdict',
  example: 'alloy get release 01K9ZJ5QX8N4V7R2T6WDYB3CHM --watch',
  routes: ['GET /api/v1/releases', ...waitRoutes],
  mutating: false,
  register(command, run) {
    command
      .argument('[release]', 'its id (default: the newest one of the project)')
      .option('-w, --watch', 'keep showing it until it ends')
      .addOption(projectOption())
      .addOption(environmentOption());
    run<Options>(async (session, [named], { watch, ...target }) => {
      const { api, out, io } = session;
      const id = await newestRelease(session, named, target);
      const release = await (watch ? showRelease(session, id) : api.get<Release>(pathOf(id)));
      // The tree that was redrawn is already on the terminal.
      if (watch && out.format === undefined) return;
      const pods = out.format === undefined ? await podsOf(session, id) : undefined;
      await out.one(release, releaseView(io.now()), () => releaseTree({ release, pods, now: io.now(), color: out.color }));
    });
  },
};
