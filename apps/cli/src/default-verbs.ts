import type { Command } from 'commander';

/** The library does not expose which verb is the default. */
const marked = new WeakSet<Command>();

/** Marks a group's default verb. */
export const markDefaultVerb = (verb: Command): void => void marked.add(verb);

export const isDefaultVerb = (verb: Command): boolean => marked.has(verb);
