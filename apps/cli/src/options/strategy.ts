import { isPreset, PRESET_FORMS, releaseStrategyNames, type Preset } from '@alloy/release';
import { InvalidArgumentError, Option } from 'commander';

type Named = (typeof releaseStrategyNames)[number];

/** `--strategy`: a name, or a preset. */
export const strategyOption = (): Option =>
  new Option('--strategy <name>', 'how; also a preset such as Linear10PercentEvery1Minutes')
    // For the help and the completion; the parser accepts presets, too.
    .choices([...releaseStrategyNames])
    .argParser(strategyNamed)
    .default('auto');

function strategyNamed(text: string): Named | Preset {
  const named = releaseStrategyNames.find((name) => name === text);
  if (named) return named;
  if (isPreset(text)) return text;
  throw new InvalidArgumentError(`It must be ${releaseStrategyNames.join(', ')}, or a preset: ${PRESET_FORMS}.`);
}
