import { imageFault, tagFault } from './image-fault';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each([
  ['', 'The image tag is empty.'],
  ['v1 ', 'character 3 is a space (U+0020); a tag has only letters, digits, "_", "." and "-"'],
  ['v1\u00a0', 'character 3 is a no-break space (U+00A0)'],
  ['v1\u20131', 'character 3 is an en dash (U+2013)'],
  ['v1\n', 'character 3 is a line feed (U+000A)'],
  ['é1', 'character 1 is a character (U+00E9)'],
  ['😀x/', 'character 1 is a character (U+1F600)'],
  ['feature/x', 'character 8 is a slash (U+002F)'],
  ['v1:x', 'character 3 is a colon (U+003A)'],
  ['.v1', 'character 1 is a full stop (U+002E); a tag starts with a letter, a digit or "_"'],
  ['a'.repeat(129), 'the tag has more than 128 characters'],
  ['${TAG}', 'was never replaced'],
  ['v1-$(TAG)', 'was never replaced'],
  ['{{ tag }}', 'was never replaced'],
  ['$CI_COMMIT_TAG', 'was never replaced'],
  ['sha256:abc', '3 digits follow sha256:, but it needs 64'],
  [`sha256:${'A'.repeat(64)}`, 'character 8 is an upper-case letter (U+0041); only 0-9 and a-f may follow sha256:'],
  [`v1@sha512:${'a'.repeat(64)}`, 'A digest must be sha256: and 64 hexadecimal digits.'],
  [`v 1@${DIGEST}`, 'character 2 is a space (U+0020)'],
  [`v1@${DIGEST} `, 'character 75 is a space (U+0020)'],
])('says what is wrong with the tag %j', (tag, fault) => expect(tagFault(tag)).toContain(fault));

it.each([
  ['', 'The image is empty.'],
  ['shop/web:v1 ', 'character 12 is a space (U+0020); a tag has only'],
  ['shop/we b:v1', 'character 8 is a space (U+0020)'],
  ['shop/Web:v1', 'character 6 is an upper-case letter (U+0057); the path of an image has only lower-case letters'],
  ['r.example/Shop/web', 'character 11 is an upper-case letter (U+0053)'],
  ['shop//web', 'character 5 is a slash (U+002F), but each part of the path starts and ends with a letter or a digit'],
  ['shop/-web', 'character 5 is a slash (U+002F), but each part'],
  ['shop/web:', 'the tag after the colon is empty'],
  ['shop/web:v1:v2', 'character 12 is a colon (U+003A); a tag has only'],
  ['http://r.example/web', 'it starts with the scheme of a URL'],
  ['shop/web@sha256:12', '2 digits follow sha256:, but it needs 64'],
  ['shop/web@v1', 'A digest must be sha256:'],
  ['${REGISTRY}/web:v1', 'was never replaced'],
  ['shop/web:<TAG>', 'was never replaced'],
  ['a'.repeat(600), 'more than 512 characters'],
  [':v1', 'the repository before the tag is missing'],
  ['shop/\u201cweb\u201d', 'character 6 is a typographic quotation mark (U+201C)'],
])('says what is wrong with the image %j', (image, fault) => expect(imageFault(image)).toContain(fault));

it('never shows a part of the value', () => {
  for (const value of ['canary bird', 'canary@bird', 'Canary/bird:', 'canary:bird!', '${canary}', 'canary@sha256:bird'])
    expect(tagFault(value) + imageFault(value)).not.toMatch(/canary|bird/i);
});
