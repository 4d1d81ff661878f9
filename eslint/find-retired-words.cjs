const retired = require('./retired-words.cjs');

/** `wayBack`, `WAY_BACK` and `way-back` as `way back`. */
const wordsOf = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .join(' ')
    .toLowerCase();

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const anyOf = (texts) => texts.map((text) => escaped(text).replaceAll(' ', '\\s+')).join('|');

const entries = retired.map(({ words, instead, names = false, except = [] }) => ({
  words, instead, names,
  pattern: new RegExp(`(?<![\\w-])(?:${anyOf(words)})(?![\\w-])`, 'gi'),
  except: except.length > 0 ? new RegExp(anyOf(except), 'g') : undefined,
}));

/** The text with stored and published names blanked out; every other character keeps its index. */
const without = (except, text) => (except ? text.replace(except, (name) => '`'.repeat(name.length)) : text);

/**
 * The retired words of a text or, with `isName`, of a name, in the order of the list: each with its replacement and its
 * index in the text (of a name: in its words). `allowed`: words in lower case that are not reported.
 *
 * @param {string} text
 * @param {{ isName?: boolean, allowed?: ReadonlySet<string> }} [options]
 * @returns {{ found: string, instead: string, index: number }[]}
 */
function findRetired(text, { isName = false, allowed = new Set() } = {}) {
  return entries.flatMap(({ words, instead, names, pattern, except }) => {
    if (names) return isName && words.includes(text) && !allowed.has(text.toLowerCase()) ? [{ found: text, instead, index: 0 }] : [];
    return [...(isName ? wordsOf(text) : without(except, text)).matchAll(pattern)]
      .map(({ 0: found, index }) => ({ found, instead, index }))
      .filter(({ found }) => !allowed.has(found.toLowerCase()));
  });
}

module.exports = { findRetired };
