import { z } from 'zod';
import { tagFault } from '../manifests/image-fault';
import { TAG_OR_DIGEST } from '../manifests/image-reference';

/** What a release deploys of its repository: a tag (`v1`), a digest (`sha256:…`), or both (`v1@sha256:…`). */
export const imageTag = z.string().regex(TAG_OR_DIGEST, { error: ({ input }) => tagFault(String(input)) });
