import { InvalidArgumentError } from 'commander';

/** Parses a whole number from 1 to `most`. */
export const atMost = (most: number) => (text: string): number => {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < 1 || value > most) throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  return value;
};
