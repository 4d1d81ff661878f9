import { RuleTester, type Rule } from 'eslint';
import { parser } from 'typescript-eslint';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the plugin is plain JavaScript, as eslint.config.mjs loads it
const rule = require('../../eslint/no-retired-words.cjs') as Rule.RuleModule;
const tester = new RuleTester({ languageOptions: { parser } });

describe('no-retired-words', () => {
  tester.run('no-retired-words', rule, {
    valid: [
      { name: 'accepts plain names, comments and strings', code: 'const rollback = "the rollback"; // Starts the rollback.' },
      { name: 'accepts a word that only contains a retired one', code: 'const awaken = "storyboard"; // retold' },
      { name: 'accepts retired words in backticks of a comment, which quote code', code: '// Reads the subject `alloy.poke.release`.' },
      { name: 'accepts a stored or published name', code: 'const subject = "alloy.poke.release";' },
      {
        name: 'accepts the use of a retired name that another module declares',
        code: 'import { Sweeper } from "@alloy/service"; new Sweeper(); at.wake();',
      },
      { name: 'accepts an import path', code: 'import { a } from "./story/a"; export { b } from "./story/b";' },
      { name: 'accepts a key of an object literal, which another module declares', code: 'call({ poke: 1 });' },
      {
        name: 'accepts an allowed word',
        code: 'const door = "told"; const closedDoor = 1;',
        options: [{ allow: ['told', 'closed door'] }],
      },
      { name: 'accepts a whole-name word as a part of a name or a text', code: 'const outsideOfIt = "because of it";' },
    ],
    invalid: [
      ...[
        ['a variable', 'const wayBack = 1;', 'way back'],
        ['a constant', 'const WAY_BACK = 1;', 'way back'],
        ['a destructured variable', 'const { a: { b: told = 1 }, ...rest } = c;', 'told'],
        ['a rest element', 'const [...pokes] = c;', 'pokes'],
        ['a function', 'function makeWay() {}', 'make way'],
        ['a parameter', 'const f = (wakeAll) => 1;', 'wake'],
        ['a parameter property', 'class A { constructor(private readonly sweeper: B) {} }', 'sweeper'],
        ['a caught error', 'try {} catch (told) {}', 'told'],
        ['a class', 'class Storyteller {}', 'storyteller'],
        ['a method', 'class A { tell() {} }', 'tell'],
        ['a field', 'class A { private readonly chapter = 1; }', 'chapter'],
        ['a property of a type', 'interface A { readonly poke: string }', 'poke'],
        ['a method of a type', 'interface A { wake(): void }', 'wake'],
        ['an interface', 'interface Story {}', 'story'],
        ['a type', 'type Chapter = string;', 'chapter'],
        ['the alias of an import', 'import { trigger as wake } from "./a";', 'wake'],
        ['a whole name', 'const because = 1;', 'because'],
      ].map(([what, code, found]) => ({
        name: `refuses ${what!}`,
        code: code!,
        errors: [{ message: new RegExp(`^"${found!}" is retired .*: use .`) }],
      })),
      { name: 'refuses a line comment', code: '// The planner tells people.', errors: 1 },
      { name: 'refuses a phrase that a block comment wraps', code: '/**\n * The way\n * back.\n */', errors: 1 },
      { name: 'refuses a string, such as the title of a test', code: 'it("tells who it was", () => {});', errors: 1 },
      { name: 'refuses a template', code: 'const a = `the ${b} stands still`;', errors: 1 },
      { name: 'refuses a file name', code: '1;', filename: 'way-back.spec.ts', errors: 1 },
    ],
  });
});
