import { z } from 'zod';

/** The year 10000, ms since 1970: from then on ISO 8601 has another format. */
const END_MS = 253_402_300_800_000;

/** A time with its zone, from 1970 to the year 9999. */
export const instant = (error: string): z.ZodType<string, string> =>
  z.iso
    .datetime({ offset: true, error })
    .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < END_MS, error)
    .meta({
      description: 'A time with its zone, from 1970-01-01T00:00:00Z on and before the year 10000.',
      examples: ['2199-01-31T12:00:00+01:00'],
    });
