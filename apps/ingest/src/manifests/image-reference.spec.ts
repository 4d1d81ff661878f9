import { parseImage, sameRepository, TAG } from './image-reference';

it.each([
  ['web', { repository: 'web', tag: undefined, digest: undefined }],
  ['shop/web:v1', { repository: 'shop/web', tag: 'v1', digest: undefined }],
  ['localhost:5000/web', { repository: 'localhost:5000/web', tag: undefined, digest: undefined }],
  ['localhost:5000/shop/web:v1', { repository: 'localhost:5000/shop/web', tag: 'v1', digest: undefined }],
  ['[::1]:5000/web:v1', { repository: '[::1]:5000/web', tag: 'v1', digest: undefined }],
  [`r.example/web@sha256:${'a'.repeat(64)}`, { repository: 'r.example/web', tag: undefined, digest: `sha256:${'a'.repeat(64)}` }],
  [`r.example:443/web:v1@sha256:${'a'.repeat(64)}`, { repository: 'r.example:443/web', tag: 'v1', digest: `sha256:${'a'.repeat(64)}` }],
])('reads %s', (image, expected) => expect(parseImage(image)).toEqual(expected));

it.each(['', ':v1', 'Web', 'web:', 'web:v 1', 'web@sha256:1', 'a//b', '../web', 'web:v1:v2', 'http://r.example/web'])(
  'does not read %j',
  (image) => {
    expect(parseImage(image)).toBeUndefined();
  },
);

it('recognizes several names of one repository', () => {
  expect(sameRepository('nginx', 'docker.io/library/nginx')).toBe(true);
  expect(sameRepository('shop/web', 'index.docker.io/shop/web')).toBe(true);
  expect(sameRepository('shop/web', 'r.example/shop/web')).toBe(false);
  expect(sameRepository('localhost:5000/web', 'localhost:5001/web')).toBe(false);
});

it.each(['', '-a', '.a', 'a b', 'a/b', 'a'.repeat(129), 'a\nb'])('does not accept %j as a tag', (tag) => expect(TAG.test(tag)).toBe(false));
