import type { VerbGroup } from '../verb';
import { verb as create } from './project-create';
import { verb as edit } from './project-edit';
import { verb as lint } from './project-lint';

export const verb: VerbGroup = { name: 'project', summary: 'Create projects and change their policies', verbs: [create, edit, lint] };
