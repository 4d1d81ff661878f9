import type { Projects, TokenHolder } from '@alloy/ledger';
import { z } from 'zod';
import { valueOf } from '../refuse-with';
import { readJson } from '../webhook/read-json';

const userSchema = z.object({ user_id: z.string() });

/**
 * The authentication of the original Alloy, only by the `user_id` in the webhook's body; off unless ALLOY_WEBHOOK_AUTH
 * is `legacy`.
 */
export class LegacyCallers {
  constructor(
    private readonly projects: Projects,
    readonly isOn: boolean,
  ) {}

  /**
   * Identifies the user of a body without a token: a known user, with at most the permissions of the user's tokens.
   * Throws the faults of the body.
   */
  async identify(body: Buffer | undefined): Promise<TokenHolder | undefined> {
    const parsed = userSchema.safeParse(valueOf(readJson(body ?? Buffer.alloc(0))));
    return parsed.success ? this.projects.findUser(parsed.data.user_id) : undefined;
  }
}
