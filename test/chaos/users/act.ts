import type { StepKind } from '../fault';

/** What people do to the objects of a project with kubectl, without Alloy. */
export const acts = [
  'undo', 'setEnv', 'setImage', 'scale', 'deletePods', 'deleteDeployment', 'deleteCanary', 'deleteConfigMap', 'deleteService', 'rename',
] as const;
export type Act = (typeof acts)[number];

/** Acts that are possible between two releases, when there is no canary. */
export const actsBetween = acts.filter((act) => act !== 'deleteCanary');

/** An act at the beginning of a kind of step of the release. */
export interface ActDuring {
  readonly act: Act;
  readonly step: StepKind;
}

/** The kinds of steps at which an act is placed: those in which what it changes exists. */
export const stepsOf = (act: Act): readonly StepKind[] =>
  act === 'deleteCanary' ? ['shiftTraffic', 'analyse'] : ['gate', 'apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire'];

export const describeAct = ({ act, step }: { readonly act: Act; readonly step?: StepKind | undefined }): string =>
  step === undefined ? `${act} before` : `${act} at ${step}`;
