import { z } from 'zod';

/**
 * A CI provider's jobs that may release with their OpenID Connect token into the environment of the policy. All fields
 * must match.
 */
export const trustSchema = z.strictObject({
  provider: z.enum(['github', 'gitlab']).describe('The CI provider.'),
  issuer: z.url({ protocol: /^https?$/ })
    .meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?:', examples: ['https://gitlab.example.com'] }).optional()
    .describe("Issuer of the tokens; default the provider's public service; set it for a self-hosted GitHub Enterprise Server or GitLab."),
  audience: z.string().min(1).max(255).describe('Required audience of the token.'),
  repository: z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/, 'This is not a repository.')
    .describe('`owner/name`; for GitLab the full path of the project.'),
  ref: z.string().regex(/^[^*\s]{1,255}\*?$|^\*$/, 'A ref is one like refs/heads/main, and may end with *.')
    .describe('For example `refs/heads/main` or `refs/tags/v*`; a final `*` matches any suffix.'),
  environment: z.string().min(1).max(255).optional()
    .describe('Deployment environment (of the provider) that the job must belong to; default: any or none.'),
});
export type Trust = z.infer<typeof trustSchema>;
