import type { Identity, StateOf } from './state';

/** A release of which nothing is known yet. */
export const initialState = ({ releaseId, project, environment }: Identity): StateOf<'none'> => ({ status: 'none', releaseId, project, environment, version: 0 });
