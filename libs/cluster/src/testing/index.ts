export { at, bundleOf, nameHash, planOf, rollingBack } from './fixtures';
export type { Rig } from './rig';
export { second, upTo, withStable } from './stories';
