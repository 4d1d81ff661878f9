import type { Current } from '../current';
import { analyse } from './analyse';
import { apply } from './apply';
import { handBack } from './hand-back';
import { pause } from './pause';
import { promote } from './promote';
import { retire } from './retire';
import { rollback } from './rollback';
import { scaleBaseline } from './scale-baseline';
import { scaleCanary } from './scale-canary';
import { scaleDownCanary } from './scale-down-canary';
import { setHeaderRoute } from './set-header-route';
import { setMirrorRoute } from './set-mirror-route';
import { setPartition } from './set-partition';
import { shiftTraffic } from './shift-traffic';
import type { StepKindRules } from './step-kind';

type Spec = Current['spec'];

/** Every kind of step, with the rollback and the scale-down; exhaustive. */
const stepKinds: { readonly [K in Spec['kind']]: StepKindRules<Extract<Spec, { kind: K }>> } = {
  apply, scaleCanary, shiftTraffic, setHeaderRoute, setMirrorRoute, setPartition, scaleBaseline, analyse, pause, promote, retire, handBack,
  rollback, scaleDownCanary,
};

export const specKinds = Object.keys(stepKinds) as readonly Spec['kind'][];

/** The rules of the kind; they take only steps of it. */
export const rulesOf = <S extends Spec>({ kind }: S): StepKindRules<S> => stepKinds[kind] as unknown as StepKindRules<S>;
