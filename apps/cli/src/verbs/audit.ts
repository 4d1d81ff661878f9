import type { VerbGroup } from '../verb';
import { verb as verify } from './audit-verify';

export const verb: VerbGroup = { name: 'audit', summary: 'Make sure that nobody rewrote the log', verbs: [verify] };
