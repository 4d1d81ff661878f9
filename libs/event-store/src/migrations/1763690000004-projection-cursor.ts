import { LogMigration } from './log-migration';

/** How far each follower by seq is. */
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
