import type { VerbGroup } from '../verb';
import { verb as lift } from './hold-lift';
import { verb as set } from './hold-set';

export const verb: VerbGroup = {
  name: 'hold',
  summary: 'Let new versions of an environment wait, and let them continue',
  verbs: [set, lift],
};
