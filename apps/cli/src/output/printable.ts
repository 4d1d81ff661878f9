/**
 * Escapes control characters and characters that change the text direction, so that foreign text is safe on one
 * terminal line.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (found) => NAMED[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': ' ' };
