import type { VerbGroup } from '../verb';
import { verb as exported } from './events-export';
import { verb as list } from './events-list';

export const verb: VerbGroup = { name: 'events', summary: 'Read, follow and export the log', verbs: [list, exported] };
