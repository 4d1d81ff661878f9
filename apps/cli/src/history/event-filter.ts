import type { Command } from 'commander';
import type { LogQuery } from './read-log';
import { timeOf } from './when';

/** Which events, as typed. */
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
    .option('--project <id>', 'only of this project (default: every one that the token may read)')
    .option('--release <id>', 'only of this release')
    .option('--type <list>', 'only of these types, separated by commas, such as RollbackDecided,ReleaseStuck')
    .option('--actor <id>', 'only what this user, pipeline or service caused')
    .option('--since <time>', 'not before: 2026-01-31T08:00:00Z, or how long ago, such as 2h')
    .option('--until <time>', 'only before that')
    .option('--from <cursor>', 'only what comes after this event, as it was printed before');

/** As the API takes it; `now` in ms since 1970. Throws `CliError`. */
export const queryOf = ({ from, since, until, project, release, type, actor }: FilterOptions, now: number): LogQuery => ({
  after: from, project, release, type, actor,
  since: since === undefined ? undefined : timeOf(since, now, '--since'),
  until: until === undefined ? undefined : timeOf(until, now, '--until'),
});
