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

const UNTIL_JUDGED: readonly StepKind[] = ['gate', 'apply', 'scaleCanary', 'shiftTraffic', 'analyse'];

/**
 * The kinds of steps at which an act is placed: those that the release reaches, and in which what it changes exists. A
 * version with errors is rolled back, unless it is the first one of its project.
 */
export function stepsOf(act: Act, version: 'good' | 'errors-50'): readonly StepKind[] {
  if (act === 'deleteCanary') return ['shiftTraffic', 'analyse'];
  return version === 'good' ? [...UNTIL_JUDGED, 'promote', 'retire'] : [...UNTIL_JUDGED, 'rollback'];
}

export const describeAct = ({ act, step }: { readonly act: Act; readonly step?: StepKind | undefined }): string =>
  step === undefined ? `${act} before` : `${act} at ${step}`;
