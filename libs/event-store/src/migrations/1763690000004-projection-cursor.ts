import { LogMigration } from './log-migration';

/** The position of each follower by seq. */
export class ProjectionCursor1763690000004 extends LogMigration {
  readonly name = 'ProjectionCursor1763690000004';
  protected readonly sql = `
CREATE TABLE projection_cursor (
  name text NOT NULL,
  generation integer NOT NULL,
  seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (name, generation)
);
`;
}
