import { z } from 'zod';

/** Whose CI may release by the token that its job gets (OpenID Connect), into the environment whose policy this stands in. All of it must fit. */
export const trustSchema = z.strictObject({
  provider: z.enum(['github', 'gitlab']),
  /** Who signs the tokens; default the provider's own, else that of a GitHub Enterprise Server or a GitLab of one's own. */
  issuer: z.url({ protocol: /^https?$/ }).meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?:', examples: ['https://gitlab.example.com'] }).optional(),
  /** For whom the token must be made out. */
  audience: z.string().min(1).max(255),
  /** As `owner/name`; with GitLab the whole path of the project. */
  repository: z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/, 'This is not a repository.'),
  /** As `refs/heads/main` or `refs/tags/v*`; a `*` at the end stands for anything. */
  ref: z.string().regex(/^[^*\s]{1,255}\*?$|^\*$/, 'A ref is one like refs/heads/main, and may end with *.'),
  /** The provider's deployment environment that the job must be of; default: it may be of any or none. */
  environment: z.string().min(1).max(255).optional(),
});
export type Trust = z.infer<typeof trustSchema>;
