import type { Release, Stable } from '../api/shapes';
import { CliError } from '../cli-error';
import { pathOf } from '../follow/follow-release';
import { environmentOption, projectOption, type TargetOptions } from '../options/target';
import { conclude, waitExits, waitFor, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import { newestRelease } from '../options/which-release';
import { shortTag } from '../output/short-tag';
import { stableDriftText } from '../output/stable-drift-text';
import type { Session } from '../session';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'status',
  summary: 'Print the status of a release, also as exit code; with --wait once it has ended',
  example: 'alloy status 01K9ZJ5QX8N4V7R2T6WDYB3CHM --wait --timeout 30m\nalloy status --project shop',
  routes: ['GET /api/v1/releases', 'GET /api/v1/projects/{id}/stable', ...waitRoutes],
  mutating: false,
  exits: waitExits,
  register(command, run) {
    withWait(
      command
        .argument('[release]', 'its id (default: the newest one of the project)')
        .addOption(projectOption())
        .addOption(environmentOption()),
    );
    run<TargetOptions & WaitOptions>(async (session, [named], options) => {
      const id = await newestRelease(session, named, options);
      if (options.wait) return waitFor(session, id, options);
      const release = await session.api.get<Release>(pathOf(id));
      const code = await conclude(session, release, options);
      if (named === undefined) await noteDrift(session, release);
      return code;
    });
  },
};

/** Says on stderr what runs instead of the stable version, if a change between releases is recorded. */
async function noteDrift({ api, out }: Session, { project, environment, times }: Release): Promise<void> {
  if (times.endedAt === null) return;
  const path = `/api/v1/projects/${encodeURIComponent(project)}/stable`;
  const stable = await api.get<Stable>(path, { environment }).catch(ifNone);
  if (!stable?.drift) return;
  const { drift, imageTag } = stable;
  out.note(`the stable version ${shortTag(imageTag)} does not run: ${stableDriftText(drift)}; ${drift.next}`);
}

function ifNone(error: unknown): undefined {
  if (!(error instanceof CliError && error.code === 'no_stable_version')) throw error;
}
