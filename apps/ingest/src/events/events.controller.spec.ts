import type { EventStore } from '@alloy/event-store';
import type { TokenHolder } from '@alloy/ledger';
import { Bearers } from '../auth/bearers';
import type { OidcCallers } from '../auth/oidc/oidc-callers';
import { EventsController } from './events.controller';
import type { FollowRequest, LiveFeed } from './live-feed';

const caller: TokenHolder = { tokenId: 't', account: 'ci', scope: 'deploy', projects: ['shop'] };

/** Whether a stream that started with this token continues, with the currently known tokens. */
async function continues(authorization: string, known: { readonly token?: boolean; readonly job?: boolean }): Promise<boolean> {
  const spent: boolean[] = [];
  const bearers = new Bearers(
    { findToken: async () => (known.token ? caller : undefined), findUser: async () => undefined, exists: async () => true },
    {
      identify: async (_token: string, changes: boolean) => (spent.push(changes), known.job ? caller : undefined),
    } as unknown as OidcCallers,
  );
  let begun: FollowRequest | undefined;
  const feed = { follow: async (request: FollowRequest) => ((begun = request), { run: async () => undefined }) } as unknown as LiveFeed;
  const reply = { raw: { writeHead: () => undefined }, hijack: () => undefined } as unknown as Parameters<EventsController['events']>[3];
  await new EventsController({} as EventStore, bearers, feed).events(
    {},
    caller,
    { method: 'GET', headers: { accept: 'text/event-stream', authorization } },
    reply,
  );
  const answer = await begun!.stillAllowed();
  expect(spent).not.toContain(true);
  return answer;
}

it.each<[string, string, Parameters<typeof continues>[1], boolean]>([
  ['continues while its token is known', 'Bearer a-token-long-enough', { token: true }, true],
  ['ends with its token', 'bearer a-token-long-enough', { job: true }, false],
  ['continues while a job’s token is valid', 'Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmVk', { job: true }, true],
  ['ends with a job’s token', 'Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmVk', { token: true }, false],
])('the live feed %s', async (_what, authorization, known, expected) => {
  expect(await continues(authorization, known)).toBe(expected);
});
