/** Names of characters that are pasted or typed by mistake. */
const NAMES: Readonly<Record<string, string>> = {
  ' ': 'a space', '\t': 'a tab', '\n': 'a line feed', '\r': 'a carriage return', '/': 'a slash', '\\': 'a backslash', ':': 'a colon',
  ';': 'a semicolon', ',': 'a comma', '.': 'a full stop', '-': 'a hyphen', _: 'an underscore', '@': 'an at sign', $: 'a dollar sign',
  '{': 'an opening brace', '}': 'a closing brace', '(': 'an opening parenthesis', ')': 'a closing parenthesis', '[': 'an opening bracket',
  ']': 'a closing bracket', '<': 'a less-than sign', '>': 'a greater-than sign', '"': 'a quotation mark', "'": 'an apostrophe',
  '`': 'a backtick', '#': 'a number sign', '%': 'a percent sign', '&': 'an ampersand', '*': 'an asterisk', '+': 'a plus sign',
  '=': 'an equals sign', '?': 'a question mark', '!': 'an exclamation mark', '|': 'a vertical bar', '~': 'a tilde', '^': 'a caret',
  '\u00a0': 'a no-break space', '\u200b': 'a zero-width space', '\ufeff': 'a byte order mark', '\u2011': 'a no-break hyphen',
  '\u2013': 'an en dash', '\u2014': 'an em dash', '\u2018': 'a typographic apostrophe', '\u2019': 'a typographic apostrophe',
  '\u201c': 'a typographic quotation mark', '\u201d': 'a typographic quotation mark',
};

/** The position of a character in a text, from 1, and its name and code; never the character itself. */
export function characterAt(text: string, index: number): string {
  const code = text.codePointAt(index)!;
  const character = String.fromCodePoint(code);
  const name = NAMES[character] ?? (/[A-Z]/.test(character) ? 'an upper-case letter' : 'a character');
  return `character ${[...text.slice(0, index)].length + 1} is ${name} (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
}
