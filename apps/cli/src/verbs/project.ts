import type { VerbGroup } from '../verb';
import { verb as apply } from './project-apply';
import { verb as create } from './project-create';
import { verb as edit } from './project-edit';
import { verb as get } from './project-get';
import { verb as init } from './project-init';
import { verb as lint } from './project-lint';
import { verb as rbac } from './project-rbac';
import { verb as release } from './project-release';

export const verb: VerbGroup = {
  name: 'project',
  summary: 'Create projects and change their policies',
  verbs: [init, lint, apply, get, create, edit, rbac, release],
};
