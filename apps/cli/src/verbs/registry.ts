import type { Verb, VerbGroup } from '../verb';

/** Every first word that `alloy` knows, in the order of its help; only the verb that was typed is loaded. */
export const registry: Readonly<Record<string, () => Promise<{ readonly verb: Verb | VerbGroup }>>> = {
  get: () => import('./get.js'),
  events: () => import('./events.js'),
  replay: () => import('./replay.js'),
  audit: () => import('./audit.js'),
  projections: () => import('./projections.js'),
  version: () => import('./version.js'),
};
