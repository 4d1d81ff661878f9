import type { VerbGroup } from '../verb';
import { verb as verify } from './audit-verify';

export const verb: VerbGroup = { name: 'audit', summary: 'Verify that the log was not changed', verbs: [verify] };
