import { done, invalid, refuse, type Result } from './finding';

/** Every manifest contains a colon or a brace; a file without one may have comments. Base64 contains none of them. */
const PLAIN = /[:{]|^[ \t]*(?:#|---(?:\s|$))/m;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The text of a file, which is base64 (white space ignored) or plain YAML. */
export function decodeFile(value: string, pointer: string): Result<string> {
  const text = PLAIN.test(value) ? done(value) : decodeBase64(value, pointer);
  if (text.ok && text.value.includes('\0'))
    return refuse({ status: 400, code: 'bad_text', detail: 'The file contains a NUL character.', pointer });
  return text;
}

function decodeBase64(value: string, pointer: string): Result<string> {
  const packed = value.replace(/\s+/g, '');
  if (packed === '') return refuse(invalid('empty_manifest', pointer, 'The file is empty.'));
  if (!BASE64.test(packed) || packed.length % 4 !== 0)
    return refuse(invalid('bad_base64', pointer, 'The file is neither base64 nor YAML.'));
  try {
    return done(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64')));
  } catch {
    return refuse({ status: 400, code: 'bad_text', detail: 'The decoded file is not UTF-8.', pointer });
  }
}
