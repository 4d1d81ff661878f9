import { invalid, refuse } from './finding';
import { withPlaces } from './locate';

const file = `# a comment
---
---
kind: Deployment
spec:
  replicas: many
  script: |
    a
  containers:
  - name: web
    "image": 'Bad Image'
    args: [
      a, b
    ]
    a/b~c: x
---
kind: List
items: [{a: 1}, {a: 2}]
`;
const placeOf = (pointer: string, text = file) => {
  const result = withPlaces(refuse(invalid('wrong_type', pointer, 'x')), { web: text });
  return result.ok || !result.findings[0]!.place ? undefined : [result.findings[0]!.place.line, result.findings[0]!.place.column];
};

it.each([
  ['a value', '/files/web/0/spec/replicas', [6, 13]],
  ['a text in quotes', '/files/web/0/spec/containers/0/image', [11, 14]],
  ['a block, by its key', '/files/web/0/spec/script', [7, 3]],
  ['a mapping, by its key', '/files/web/0/spec', [5, 1]],
  ['an item', '/files/web/0/spec/containers/0', [10, 5]],
  ['an item in brackets', '/files/web/0/spec/containers/0/args/1', [13, 10]],
  ['a value after brackets at the indentation of their key', '/files/web/0/spec/containers/0/a~1b~0c', [15, 12]],
  ['a missing field, by the mapping', '/files/web/0/spec/selector/matchLabels', [5, 1]],
  ['a whole object', '/files/web/0', [4, 1]],
  ['an object of a list', '/files/web/1/items/1/a', [18, 21]],
])('finds %s', (_what, pointer, place) => expect(placeOf(pointer)).toEqual(place));

it.each(['/files/web', '/files/web/7', '/files/other/0', '/image_tag', '/files/constructor/0'])('finds nothing for %s', (pointer) => {
  expect(placeOf(pointer)).toBeUndefined();
});

it('finds values in base64 and in JSON', () => {
  expect(placeOf('/files/web/0/a/1', Buffer.from('a:\n- 1\n- 2\n').toString('base64'))).toEqual([3, 3]);
  expect(placeOf('/files/web/0/a/b', '{\n\t"a": {\n\t\t"b": 1\n\t}\n}')).toEqual([3, 8]);
});

it('finds values of a file with a directive and with the end of a document', () => {
  expect(placeOf('/files/web/1/b', '%YAML 1.1\n---\na: 1\n...\n---\n~\n---\nb: 2\n')).toEqual([8, 4]);
});

it('keeps the place that a finding already has', () => {
  const place = { line: 1, column: 2, excerpt: '' };
  const finding = { ...invalid('bad_yaml', '/files/web/0', 'x'), place };
  expect(withPlaces(refuse(finding), { web: file })).toMatchObject({ findings: [{ place }] });
});

it('finds nothing in a file that is not YAML', () => expect(placeOf('/files/web/0/a', 'a: [')).toBeUndefined());
