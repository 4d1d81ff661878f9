import { run } from '../run';
import { fakeApi, type Asked, type Routes } from './fake-api';
import { fakeIo, type FakeOptions } from './fake-io';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: readonly Asked[];
}

export const TOKEN = 'alloy_a-token-that-nobody-may-see';

/** Runs `alloy …argv` against a server with these routes. */
export async function alloy(argv: readonly string[], routes: Routes = {}, options: FakeOptions = {}): Promise<Ran> {
  const api = fakeApi(routes);
  const fake = fakeIo({
    fetch: api.fetch,
    ...options,
    env: { ALLOY_URL: 'https://alloy.test/', ALLOY_TOKEN: TOKEN, ALLOY_PROJECT: 'shop', ...options.env },
  });
  const code = await run(argv, fake.io);
  return { code, out: fake.out(), err: fake.err(), asked: api.asked };
}
