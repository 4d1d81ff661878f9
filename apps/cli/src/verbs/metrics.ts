import type { VerbGroup } from '../verb';
import { verb as inspect } from './metrics-inspect';

export const verb: VerbGroup = { name: 'metrics', summary: "See what Alloy reads from an application's metrics", verbs: [inspect] };
