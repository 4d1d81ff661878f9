import type { VerbGroup } from '../verb';
import { verb as list } from './projections-list';
import { verb as rebuild } from './projections-rebuild';

export const verb: VerbGroup = { name: 'projections', summary: 'List and rebuild the views that follow the log', verbs: [list, rebuild] };
