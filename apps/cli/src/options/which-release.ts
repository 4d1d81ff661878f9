import { endedStatuses, runningStatuses, unplannedStatuses, type Status } from '@alloy/release';
import type { Page } from '../api/client';
import type { ReleaseLine } from '../api/shapes';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import type { PlaceOptions } from './place';

const goingOn: readonly Status[] = [...unplannedStatuses, ...runningStatuses];

/** The release that was named; else the newest one of the place. Throws `CliError` if there is none. */
export async function newestRelease(session: Session, id: string | undefined, options: PlaceOptions): Promise<string> {
  if (id !== undefined) return id;
  const [newest] = await list(session, options, [...goingOn, ...endedStatuses], 1);
  if (newest === undefined) throw new CliError('no_release', exitCodes.error, 'there is no release yet');
  return newest.id;
}

/** The release that was named; else the only one of the place that goes on. Throws `CliError` if it is not clear which is meant. */
export async function onlyRelease(session: Session, id: string | undefined, options: PlaceOptions): Promise<string> {
  if (id !== undefined) return id;
  const running = await list(session, options, runningStatuses, 3);
  const [only, ...others] = running.length > 0 ? running : await list(session, options, unplannedStatuses, 3);
  if (only === undefined) throw new CliError('no_release', exitCodes.error, 'no release goes on');
  if (others.length > 0) throw new CliError('which_release', exitCodes.usage, `which release? ${[only, ...others].map((one) => `${one.id} (${one.project} ${one.environment})`).join(', ')} go on`);
  return only.id;
}

async function list({ api, context }: Session, { project = context.project, environment = context.environment }: PlaceOptions, statuses: readonly Status[], limit: number): Promise<readonly ReleaseLine[]> {
  const { items } = await api.get<Page<ReleaseLine>>('api/v1/releases', { project, environment, status: statuses.join(','), limit });
  return items;
}
