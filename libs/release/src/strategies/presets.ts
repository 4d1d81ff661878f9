import { z } from 'zod';
import { releaseStrategyNames } from '../plan';
import type { Stage } from '../policy';

/** A canary by the name of a deployment configuration of AWS CodeDeploy. */
export type Preset =
  | `${string}AllAtOnce`
  | `${string}Linear${number}PercentEvery${number}Minute${'s' | ''}`
  | `${string}Canary${number}Percent${number}Minute${'s' | ''}`;

/** The prefixes of the names for Lambda and ECS. */
const PREFIX = '^(?:CodeDeployDefault\\.)?(?:Lambda|ECS)?';
const LINEAR = new RegExp(`${PREFIX}Linear([1-9]\\d?)PercentEvery([1-9]\\d{0,3})Minutes?$`);
const CANARY = new RegExp(`${PREFIX}Canary([1-9]\\d?)Percent([1-9]\\d{0,3})Minutes?$`);

export const PRESET_PATTERN = new RegExp(`${LINEAR.source}|${CANARY.source}|${PREFIX}AllAtOnce$`);
/** What a name of a preset looks like, for messages. */
export const PRESET_FORMS = 'AllAtOnce, Linear<X>PercentEvery<Y>Minutes or Canary<X>Percent<Y>Minutes (X from 1 to 99, Y from 1 to 9999)';

export const isPreset = (name: string): name is Preset => PRESET_PATTERN.test(name);

/** The name of a preset; `message` is that of a refusal. */
export const presetSchema = (message?: string) => z.string().regex(PRESET_PATTERN, message) as unknown as z.ZodType<Preset, Preset>;

const POLICY_TEXT = `This must be canary, rollout, blueGreen, or a preset: ${PRESET_FORMS}.`;
const RELEASE_TEXT = `strategy must be ${releaseStrategyNames.join(', ')}, or a preset: ${PRESET_FORMS}.`;

/** What a policy may choose for releases that request `auto`. */
export const policyStrategySchema = z.union([z.enum(['canary', 'rollout', 'blueGreen']), presetSchema(POLICY_TEXT)], POLICY_TEXT);

/** What a client may request for a version. */
export const releaseStrategySchema = z.union([z.enum(releaseStrategyNames), presetSchema(RELEASE_TEXT)], RELEASE_TEXT);

/**
 * The stages of a preset, each judged for the time of its interval; undefined: it has none (`AllAtOnce`). Linear: X,
 * 2X, … percent below 100, each for Y minutes. Canary: X percent for Y minutes. Then the promotion.
 */
export function stagesOf(preset: Preset): readonly Stage[] | undefined {
  const linear = LINEAR.exec(preset);
  if (linear) {
    const [increment, minutes] = [Number(linear[1]), Number(linear[2])];
    const weights = Array.from({ length: Math.ceil(100 / increment) - 1 }, (_, index) => (index + 1) * increment);
    return weights.map((weight) => ({ weight, duration: minutes * 60 }));
  }
  const canary = CANARY.exec(preset);
  return canary ? [{ weight: Number(canary[1]), duration: Number(canary[2]) * 60 }] : undefined;
}
