import type { VerbGroup } from '../verb';
import { verb as list } from './projections-list';
import { verb as rebuild } from './projections-rebuild';

export const verb: VerbGroup = { name: 'projections', summary: 'See the views that follow the log, and build them anew', verbs: [list, rebuild] };
