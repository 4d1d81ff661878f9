export { at, bundleOf, nameHash, planOf } from './fixtures';
export type { Rig } from './rig';
export { second, upTo, withStable } from './stories';
