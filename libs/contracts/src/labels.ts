/** Labels and annotations that Alloy writes on Kubernetes objects. */
export const PROJECT_LABEL = 'alloy.dev/project';
export const RELEASE_LABEL = 'alloy.dev/release';
export const TRACK_LABEL = 'alloy.dev/track';
/** Annotation `<installation>/<slot counter>/<stream version>`: a write with a lower one is refused. */
export const FENCE_ANNOTATION = 'alloy.dev/fence';

export const tracks = ['stable', 'canary', 'preview'] as const;
export type Track = (typeof tracks)[number];
