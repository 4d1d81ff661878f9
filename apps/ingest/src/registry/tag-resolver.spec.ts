import { addressGuard } from '@alloy/service';
import { openRegistry, type LocalRegistry, type RegistryManner } from '../testing/local-registry';
import { TagResolver } from './tag-resolver';

let registry: LocalRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry?.close());

const resolve = (manner: RegistryManner, tag: string, allowLoopback = true) => {
  registry.manner = manner;
  return new TagResolver(addressGuard({ allowLoopback }), 1_000).resolve(`${registry.host}/shop/web`, tag);
};

it.each<RegistryManner>(['open', 'token', 'noDigest', 'redirect'])('resolves a tag in a registry that is %s', async (manner) => {
  const digest = registry.push('latest');
  expect(await resolve(manner, 'latest')).toBe(digest);
});

it.each<[RegistryManner, string, number, string]>([
  ['open', 'unknown', 422, 'unknown_tag'],
  ['closed', 'latest', 422, 'registry_denied'],
  ['toMetadata', 'latest', 422, 'registry_not_allowed'],
  ['endless', 'latest', 503, 'registry_unavailable'],
  ['broken', 'latest', 503, 'registry_unavailable'],
  ['silent', 'latest', 503, 'registry_unavailable'],
])('for a registry that is %s, and the tag %s: %i %s', async (manner, tag, status, code) => {
  registry.push('latest');
  await expect(resolve(manner, tag)).rejects.toMatchObject({ problem: { status, code, pointer: '/image_tag' } });
});

it('sends no requests to this machine itself, unless loopback is allowed', async () => {
  const before = registry.asked.length;
  await expect(resolve('open', 'latest', false)).rejects.toMatchObject({ problem: { status: 422, code: 'registry_not_allowed' } });
  expect(registry.asked.length).toBe(before);
});
