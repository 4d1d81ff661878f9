import type { Verb, VerbGroup } from '../verb';

/** All first words of verbs, in the order of the help; only the typed verb is loaded. */
export const registry: Readonly<Record<string, () => Promise<{ readonly verb: Verb | VerbGroup }>>> = {
  deploy: () => import('./deploy.js'),
  plan: () => import('./plan.js'),
  status: () => import('./status.js'),
  watch: () => import('./watch.js'),
  get: () => import('./get.js'),
  history: () => import('./history.js'),
  promote: () => import('./promote.js'),
  abort: () => import('./abort.js'),
  pause: () => import('./pause.js'),
  resume: () => import('./resume.js'),
  retry: () => import('./retry.js'),
  rollback: () => import('./rollback.js'),
  hold: () => import('./hold.js'),
  window: () => import('./window.js'),
  events: () => import('./events.js'),
  replay: () => import('./replay.js'),
  audit: () => import('./audit.js'),
  projections: () => import('./projections.js'),
  metrics: () => import('./metrics.js'),
  project: () => import('./project.js'),
  token: () => import('./token.js'),
  login: () => import('./login.js'),
  completion: () => import('./completion.js'),
  version: () => import('./version.js'),
};
