const MAX_BRACKETS = 200;
const MAX_INDENT = 400;
const MAX_RUN = 100;

/**
 * True if brackets or indentation nest so deep that the parser must not get the text: near the end of its stack V8 may
 * abort the process. Also counts brackets in quotes and comments.
 */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    if (depth > MAX_BRACKETS) return true;
  }
  // A nested key is indented more than its parent: only that, and no long line of text, has such an indentation and an
  // indicator.
  return new RegExp(String.raw`^ {${MAX_INDENT},}(?:[-?]|[^\s#][^\n]*:)\s*$`, 'm').test(text);
}

/**
 * True if a line has more consecutive indicators (`- - -`, `? ?`, `a: a:`, `!t !t`) than any manifest: each of them
 * nests.
 */
export function runsTooLong(text: string): boolean {
  let run = 0;
  let previous = '\n';
  for (const character of text) {
    if (character === '\n' || character === ',' || character === '[' || character === '{' || character === ']' || character === '}')
      run = 0;
    else if ((character === ' ' || character === '\t') && (previous === '-' || previous === '?' || previous === ':' || previous === '!'))
      run += 1;
    else if (character === '!' || character === '&') run += 1;
    if (run > MAX_RUN) return true;
    previous = character;
  }
  return false;
}
