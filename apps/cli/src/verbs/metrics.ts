import type { VerbGroup } from '../verb';
import { verb as inspect } from './metrics-inspect';

export const verb: VerbGroup = { name: 'metrics', summary: "Inspect how Alloy reads an application's metrics", verbs: [inspect] };
