import type { Projects, TokenHolder } from '@alloy/ledger';
import { z } from 'zod';
import { valueOf } from '../refuse-with';
import { readJson } from '../webhook/read-json';

const userSchema = z.object({ user_id: z.string() });

/** The original Alloy's way in, by the `user_id` of the webhook's body alone; off unless ALLOY_WEBHOOK_AUTH says `legacy`. */
export class LegacyCallers {
  constructor(
    private readonly projects: Projects,
    readonly isOn: boolean,
  ) {}

  /** Whom a body without a token speaks for: a user that is known, with no more than his own tokens allow. Throws what is wrong with the body. */
  async identify(body: Buffer | undefined): Promise<TokenHolder | undefined> {
    const parsed = userSchema.safeParse(valueOf(readJson(body ?? Buffer.alloc(0))));
    return parsed.success ? this.projects.findUser(parsed.data.user_id) : undefined;
  }
}
