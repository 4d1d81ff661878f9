import { imageName, imageParts } from './image-name';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each([
  ['r.example:5000/shop/web', 'v1', 'r.example:5000/shop/web:v1'],
  ['web', DIGEST, `web@${DIGEST}`],
  ['r.example:5000/web', `v1@${DIGEST}`, `r.example:5000/web:v1@${DIGEST}`],
])('joins %s and %s, and separates them again', (repository, tag, image) => {
  expect(imageName(repository, tag)).toBe(image);
  expect(imageParts(image)).toEqual({ repository, tag });
});

it.each(['web', 'localhost:5000/web'])('separates %s, which has no tag', (image) => {
  expect(imageParts(image)).toEqual({ repository: image, tag: 'latest' });
});
