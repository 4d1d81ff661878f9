import type { Command } from 'commander';
import type { LogQuery } from './read-log';
import { timeOf } from './when';

/** Event filter options as typed. */
export interface FilterOptions {
  readonly project?: string;
  readonly release?: string;
  readonly type?: string;
  readonly actor?: string;
  readonly since?: string;
  readonly until?: string;
  readonly from?: string;
}

export const withFilter = (command: Command): Command =>
  command
    .option('--project <id>', 'only events of this project (default: all that the token may read)')
    .option('--release <id>', 'only events of this release')
    .option('--type <list>', 'only events of these types, separated by commas, such as RollbackDecided,ReleaseStuck')
    .option('--actor <id>', 'only events caused by this user, pipeline or service')
    .option('--since <time>', 'only events since this time: 2026-01-31T08:00:00Z, or an age such as 2h')
    .option('--until <time>', 'only events before this time')
    .option('--from <cursor>', 'only events after this cursor');

/** The filter as the API expects it; `now` in ms since 1970. Throws `CliError`. */
export const queryOf = ({ from, since, until, project, release, type, actor }: FilterOptions, now: number): LogQuery => ({
  after: from, project, release, type, actor,
  since: since === undefined ? undefined : timeOf(since, now, '--since'),
  until: until === undefined ? undefined : timeOf(until, now, '--until'),
});
