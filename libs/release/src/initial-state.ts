import type { Identity, StateOf } from './state';

/** State of a release without events. */
export const initialState = ({ releaseId, project, environment }: Identity): StateOf<'none'> => ({
  status: 'none', releaseId, project, environment, version: 0,
});
