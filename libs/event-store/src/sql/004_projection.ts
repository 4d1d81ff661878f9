/** How far each follower by seq is. */
export const projection = `
CREATE TABLE projection_cursor (
  name text NOT NULL,
  generation integer NOT NULL,
  seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (name, generation)
);
`;
