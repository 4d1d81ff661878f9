/** A `Hold` as JSON from a row of the table `hold`. */
export const HOLD_JSON = `jsonb_build_object('by', placed_by, 'reason', reason, 'release', release_id,
  'since', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
