const MAX_BRACKETS = 200;
const MAX_INDENT = 400;
const MAX_RUN = 100;

/**
 * True if brackets or indentation nest so deep that the parser should be spared the text: near the end of its stack V8 may abort the process.
 * Quotes and comments are not minded.
 */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    if (depth > MAX_BRACKETS) return true;
  }
  // A nested key stands deeper than its parent: only that, and no long line of text, has such an indentation and an indicator.
  return new RegExp(String.raw`^ {${MAX_INDENT},}(?:[-?]|[^\s#][^\n]*:)\s*$`, 'm').test(text);
}

/** True if indicators (`- - -`, `? ?`, `a: a:`, `!t !t`) follow each other on one line as no manifest has them: each of them nests. */
export function runsTooLong(text: string): boolean {
  let run = 0;
  let previous = '\n';
  for (const character of text) {
    if (character === '\n' || character === ',' || character === '[' || character === '{' || character === ']' || character === '}') run = 0;
    else if ((character === ' ' || character === '\t') && (previous === '-' || previous === '?' || previous === ':' || previous === '!')) run += 1;
    else if (character === '!' || character === '&') run += 1;
    if (run > MAX_RUN) return true;
    previous = character;
  }
  return false;
}
