import { z } from 'zod';
import { pageSchema } from '../page';
import { parseValue } from '../parse-body';
import { environment } from '../requests/names';

export const placeSchema = z.object({ environment });
export const historySchema = pageSchema.extend({ environment });

/** The environment (default `production`) of a query; throws 422. */
export const placeQuery = (query: unknown): z.output<typeof placeSchema> => parseValue(placeSchema, query, Object.keys(placeSchema.shape));

/** The environment and the page of a query; throws 422. */
export const historyQuery = (query: unknown): z.output<typeof historySchema> =>
  parseValue(historySchema, query, Object.keys(historySchema.shape));
