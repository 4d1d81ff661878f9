import { storedPolicy, type Policy } from '@alloy/policy';

const MAX_KEPT = 200;
/** By its text, which has always the same meaning; the least recently read is first. */
const known = new Map<string, Policy>();

/**
 * A stored policy from its JSON, which the caller reads from the database each time: only validation, which takes
 * longer than the query, is skipped for a text that was valid before. null: the project has no policy.
 */
export function policyOfText(text: string | null): Policy {
  if (text === null) return storedPolicy(null);
  const policy = known.get(text) ?? storedPolicy(JSON.parse(text));
  known.delete(text);
  known.set(text, policy);
  const [oldest] = known.keys();
  if (known.size > MAX_KEPT && oldest !== undefined) known.delete(oldest);
  return policy;
}
