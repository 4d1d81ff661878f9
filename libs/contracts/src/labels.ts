/** Labels and annotations that Alloy writes on Kubernetes objects. */
export const PROJECT_LABEL = 'alloy.dev/project';
export const ENVIRONMENT_LABEL = 'alloy.dev/environment';
export const RELEASE_LABEL = 'alloy.dev/release';
export const TRACK_LABEL = 'alloy.dev/track';
/** Annotation `<installation>/<slot counter>/<stream version>`: Alloy refuses a write with a lower fence. */
export const FENCE_ANNOTATION = 'alloy.dev/fence';

export const tracks = ['stable', 'canary', 'baseline', 'preview'] as const;
export type Track = (typeof tracks)[number];

/** Label on a versioned copy of a ConfigMap or Secret: value `true`. */
export const COPY_LABEL = 'alloy.dev/copy';
/** Annotation on a copy: name of the Deployment that uses it. */
export const COPY_FOR_ANNOTATION = 'alloy.dev/copy-for';
/** Annotation on a shared object: keyed hash of what Alloy last applied, so that Alloy skips an unchanged object. */
export const DIGEST_ANNOTATION = 'alloy.dev/digest';
/** Annotation: the fence under which Alloy created the object; absent on objects that Alloy did not create. */
export const CREATED_ANNOTATION = 'alloy.dev/created';
