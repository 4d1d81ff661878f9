import { endedStatuses, runningStatuses, unplannedStatuses, type Status } from '@alloy/release';
import type { Page } from '../api/client';
import type { ReleaseLine } from '../api/shapes';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import type { TargetOptions } from './target';

const unfinished: readonly Status[] = [...unplannedStatuses, ...runningStatuses];

/** The named release; else the newest one of the project and environment. Throws `CliError` if there is none. */
export async function newestRelease(session: Session, id: string | undefined, options: TargetOptions): Promise<string> {
  if (id !== undefined) return id;
  const [newest] = await list(session, options, [...unfinished, ...endedStatuses], 1);
  if (newest === undefined) throw new CliError('no_release', exitCodes.error, 'there is no release yet');
  return newest.id;
}

/**
 * The named release; else the only running one of the project and environment. Throws `CliError` if there is none or
 * several.
 */
export async function onlyRelease(session: Session, id: string | undefined, options: TargetOptions): Promise<string> {
  if (id !== undefined) return id;
  const running = await list(session, options, runningStatuses, 3);
  const [only, ...others] = running.length > 0 ? running : await list(session, options, unplannedStatuses, 3);
  if (only === undefined) throw new CliError('no_release', exitCodes.error, 'no release is running');
  if (others.length > 0)
    throw new CliError(
      'which_release',
      exitCodes.usage,
      `which release? ${[only, ...others].map((one) => `${one.id} (${one.project} ${one.environment})`).join(', ')} are unfinished`,
    );
  return only.id;
}

async function list(
  { api, context }: Session,
  { project = context.project, environment = context.environment }: TargetOptions,
  statuses: readonly Status[],
  limit: number,
): Promise<readonly ReleaseLine[]> {
  const { items } = await api.get<Page<ReleaseLine>>('api/v1/releases', { project, environment, status: statuses.join(','), limit });
  return items;
}
