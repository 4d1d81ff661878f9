import { exitCodes } from '../exit-codes';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'revoke',
  summary: 'Revoke tokens, immediately and permanently',
  example: "alloy token revoke 0199d2a4-5c1e-7b3f-9a64-2f1f5a1c7e10 --reason 'it was in a log'",
  routes: ['DELETE /api/v1/tokens/{id}'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command.argument('<token...>', 'their ids, from `alloy token list`; not their text');
    run(async ({ api, out, reason }, ids) => {
      for (const id of ids) {
        await api.json(`api/v1/tokens/${encodeURIComponent(id)}`, { method: 'DELETE', query: { reason: reason ?? undefined } });
      }
      if (out.format)
        return out.list(ids, {
          name: (id) => id,
          columns: [
            { head: 'TOKEN', cell: (id) => id },
            { head: 'GOOD', cell: () => 'no' },
          ],
        });
      for (const id of ids) out.line(`token ${id} is revoked`);
    });
  },
};
