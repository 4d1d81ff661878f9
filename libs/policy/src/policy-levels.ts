import { levelOf, type PolicyLevel } from '@alloy/release';
import { policySchema, type Policy } from './project-policy';

const keys = Object.keys(policySchema.shape) as readonly (keyof Policy)[];

/** The keys of a policy with their levels. Throws for a key without a level, so that no service starts with one. */
export const policyLevels = Object.fromEntries(keys.map((key) => [key, declared(key)])) as Readonly<Record<keyof Policy, PolicyLevel>>;

/** The keys that only an administrator of all projects may change. */
export const platformKeys = keys.filter((key) => policyLevels[key] === 'platform');

function declared(key: keyof Policy): PolicyLevel {
  const level = levelOf(policySchema.shape[key]);
  if (level === undefined) throw new Error(`the key ${key} of a policy has no level: declare it with projectKey or platformKey`);
  return level;
}
