import type { Command } from 'commander';

/** The library keeps to itself which it is. */
const marked = new WeakSet<Command>();

/** The verb that its group means where none is named. */
export const markDefaultVerb = (verb: Command): void => void marked.add(verb);

export const isDefaultVerb = (verb: Command): boolean => marked.has(verb);
