import type { VerbGroup } from '../verb';
import { verb as create } from './token-create';
import { verb as list } from './token-list';
import { verb as revoke } from './token-revoke';

export const verb: VerbGroup = { name: 'token', summary: 'Create, list and revoke tokens', verbs: [create, list, revoke] };
