import { z } from 'zod';

/**
 * A CI provider's jobs that may release with their OpenID Connect token into the environment of the policy. All fields
 * must match.
 */
export const trustSchema = z.strictObject({
  provider: z.enum(['github', 'gitlab']),
  /**
   * Issuer of the tokens; default the provider's public service; set it for a self-hosted GitHub Enterprise Server or
   * GitLab.
   */
  issuer: z.url({ protocol: /^https?$/ }).meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?:', examples: ['https://gitlab.example.com'] }).optional(),
  /** Required audience of the token. */
  audience: z.string().min(1).max(255),
  /** `owner/name`; for GitLab the full path of the project. */
  repository: z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/, 'This is not a repository.'),
  /** For example `refs/heads/main` or `refs/tags/v*`; a final `*` matches any suffix. */
  ref: z.string().regex(/^[^*\s]{1,255}\*?$|^\*$/, 'A ref is one like refs/heads/main, and may end with *.'),
  /** Deployment environment (of the provider) that the job must belong to; default: any or none. */
  environment: z.string().min(1).max(255).optional(),
});
export type Trust = z.infer<typeof trustSchema>;
