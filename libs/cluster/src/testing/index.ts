export { at, bundleOf, configMap, nameHash, planOf, rollingBack } from './fixtures';
export { Rig } from './rig';
export { first, second, upTo, withExperiment, withStable } from './scenarios';
export { ModelInformers } from './model-informers';
export { indexOf, performUntil, switched, withServices } from './switched';
