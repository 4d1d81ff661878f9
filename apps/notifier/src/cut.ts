/**
 * Truncates a text so that it fits into `max` once escaped, with an ellipsis; never splits a character or an escape
 * sequence.
 */
export function cut(
  text: string,
  max: number,
  escape: (text: string) => string = String,
  sizeOf: (text: string) => number = (escaped) => escaped.length,
): string {
  const whole = escape(text);
  if (sizeOf(whole) <= max) return whole;
  let size = sizeOf('…');
  let kept = '';
  for (const character of text) {
    const escaped = escape(character);
    size += sizeOf(escaped);
    if (size > max) break;
    kept += escaped;
  }
  return `${kept}…`;
}
