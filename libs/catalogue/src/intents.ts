import { imageName } from '@alloy/contracts';
import type { LeftObject } from '@alloy/release';
import type { Entries } from './entry';

const withReason = (what: string, reason: string | null): string => (reason === null ? what : `${what}: ${reason}`);

type Marks = Partial<Record<'overridesHold' | 'emergency', true | undefined>>;

/** No Kubernetes Events and notifications: the decision that answers an intent has them. */
const silent = { kubernetesEvent: null, notification: null };

const leftText = (left: readonly LeftObject[]): string =>
  left.length === 0 ? '' : `; left to others: ${left.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`;

/** What a user has requested beside the version, with the reason. */
function marks({ overridesHold, emergency }: Marks, reason: string | null): string {
  const what = [...(emergency ? ['as an emergency'] : []), ...(overridesHold ? ['overriding a hold'] : [])];
  return what.length === 0 ? '' : withReason(`, ${what.join(', ')}`, reason);
}

export const intents: Entries<
  'ReleaseRequested' | 'PromotionRequested' | 'AbortRequested' | 'PauseRequested' | 'ResumeRequested' | 'ReleaseShredded'
> = {
  ReleaseRequested: {
    sentence: ({ image, imageTag, strategy, commitSha, workload, reason = null, left = [], overridesHold, emergency }) =>
      strategy === 'handBack'
        ? withReason(`Requested to hand Deployment ${workload} back`, reason)
        : `Requested ${imageName(image, imageTag)} (${strategy}, commit ${commitSha})${marks({ overridesHold, emergency }, reason)}${leftText(left)}`,
    ...silent,
  },
  PromotionRequested: {
    sentence: ({ full, reason }) => withReason(full ? 'Requested a full promotion' : 'Requested the promotion of this step', reason),
    ...silent,
  },
  AbortRequested: { sentence: ({ reason }) => withReason('Requested an abort', reason), ...silent },
  PauseRequested: { sentence: ({ reason }) => withReason('Requested a pause', reason), ...silent },
  ResumeRequested: { sentence: ({ reason }) => withReason('Requested a resume', reason), ...silent },
  ReleaseShredded: { sentence: ({ reason }) => withReason('Shredded the manifests', reason), ...silent },
};
