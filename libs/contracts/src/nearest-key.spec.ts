import { nearestKey } from './nearest-key';

const known = ['user_id', 'project_id', 'image_tag', 'commit_sha', 'strategy', 'files'];

it.each([
  ['imageTag', 'image_tag'],
  ['image-tag', 'image_tag'],
  ['imagetag', 'image_tag'],
  ['IMAGE_TAG', 'image_tag'],
  ['strategi', 'strategy'],
  ['stratgey', 'strategy'],
  ['file', 'files'],
  ['userid', 'user_id'],
  ['commit', 'commit_sha'],
])('takes %s for %s', (key, meant) => expect(nearestKey(key, known)).toBe(meant));

it.each(['environment', 'x', '', 'a'.repeat(10_000)])('takes %.20s for nothing known', (key) =>
  expect(nearestKey(key, known)).toBeUndefined(),
);

it.each([
  ['previewReplicaCount', ['previewReplicas', 'previewService'], 'previewReplicas'],
  ['scaleDownDelay', ['scaleDownDelaySeconds', 'pause'], 'scaleDownDelaySeconds'],
  ['prePromotionAnalysis', ['preSwitchAnalysis', 'postSwitchAnalysis'], undefined],
  ['maxError', ['maxErrorRate', 'maxErrorRateIncrease'], undefined],
  ['pauseTime', ['pause'], undefined],
])('takes %s, by its beginning, of %j for %s', (key, keys, meant) => expect(nearestKey(key, keys)).toBe(meant));
