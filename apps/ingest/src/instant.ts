import { z } from 'zod';

/** The year 10000, ms since 1970: from there on ISO 8601 has another form. */
const END_MS = 253_402_300_800_000;

/** A time with its zone, from 1970 on and before the year 10000. */
export const instant = (error: string): z.ZodType<string> => z.iso.datetime({ offset: true, error }).refine((text) => Date.parse(text) >= 0 && Date.parse(text) < END_MS, error);
