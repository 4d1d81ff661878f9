import { at, done, invalid, refuse, type Finding, type Result } from '../manifests/finding';

const MAX_DEPTH = 32;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses JSON of a request, and also accepts raw line breaks and tabs in strings (`base64` wraps its output).
 * Refused: bytes that are not UTF-8, NUL and half surrogate pairs, also escaped ones, truncated JSON (400); duplicate
 * or dangerous keys, deep nesting (422).
 */
export function readJson(bytes: Buffer): Result<unknown> {
  const text = decode(bytes);
  if (text === undefined || text.includes('\0'))
    return refuse({ status: 400, code: 'bad_text', detail: 'The body is not UTF-8 text.', pointer: '' });
  const scanned = new Scanner(text).scan();
  if (!scanned.ok) return scanned;
  try {
    return done(JSON.parse(scanned.value) as unknown);
  } catch {
    return refuse(malformed);
  }
}

/** Characters that JSON can escape and that databases refuse in text. */
const UNSTORABLE = /\0|\p{Cs}/u;
const notText = (pointer: string): Finding => ({
  status: 400,
  code: 'bad_text',
  detail: 'A text must not contain NUL or half a surrogate pair.',
  pointer,
});

const malformed: Finding = { status: 400, code: 'malformed_json', detail: 'The body is not well-formed JSON.', pointer: '' };

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** An object or a list that is open at the current position. */
interface Level {
  readonly keys: Set<string> | undefined;
  /** Key or index of the current member. */
  step: string | number;
  wantsKey: boolean;
}

/**
 * One pass over the text: escapes characters that JSON requires to be escaped, and checks the keys; `JSON.parse` checks
 * the syntax.
 */
class Scanner {
  private readonly levels: Level[] = [];
  private readonly parts: string[] = [];
  private copied = 0;

  constructor(private readonly text: string) {}

  scan(): Result<string> {
    for (let i = 0; i < this.text.length; i += 1) {
      const character = this.text[i]!;
      if (character === '"') {
        const end = this.endOfString(i);
        const finding = end === undefined ? malformed : this.string(i, end);
        if (finding) return refuse(finding);
        i = end!;
      } else {
        const finding = this.structure(character);
        if (finding) return refuse(finding);
      }
    }
    this.parts.push(this.text.slice(this.copied));
    return done(this.parts.join(''));
  }

  private structure(character: string): Finding | undefined {
    const level = this.levels.at(-1);
    if (character === '{' || character === '[') {
      if (this.levels.length >= MAX_DEPTH) return invalid('too_deep', '', `The body nests deeper than ${MAX_DEPTH} levels.`);
      this.levels.push(character === '{' ? { keys: new Set(), step: '', wantsKey: true } : { keys: undefined, step: 0, wantsKey: false });
    } else if (character === '}' || character === ']') {
      this.levels.pop();
    } else if (character === ',' && level) {
      if (level.keys) level.wantsKey = true;
      else level.step = Number(level.step) + 1;
    }
    return undefined;
  }

  private endOfString(start: number): number | undefined {
    for (let end = this.text.indexOf('"', start + 1); end >= 0; end = this.text.indexOf('"', end + 1)) {
      let first = end;
      while (this.text[first - 1] === '\\') first -= 1;
      // An even number of backslashes escapes only backslashes.
      if ((end - first) % 2 === 0) return end;
    }
    return undefined;
  }

  private string(start: number, end: number): Finding | undefined {
    const raw = this.text.slice(start, end + 1);
    const escaped = raw.replace(/[\u0000-\u001f]/g, (character) => JSON.stringify(character).slice(1, -1));
    if (escaped !== raw) {
      this.parts.push(this.text.slice(this.copied, start), escaped);
      this.copied = end + 1;
    }
    const level = this.levels.at(-1);
    if (level?.wantsKey) return this.key(level, escaped);
    // Only an escape can produce it; other strings are not copied.
    return /\\u(?:0000|d[89a-f])/i.test(raw) && UNSTORABLE.test(unquote(escaped) ?? '') ? notText(this.pointer()) : undefined;
  }

  /** The current position of the scan. */
  private pointer(): string {
    return at('', ...this.levels.map(({ step }) => step));
  }

  private key(level: Level, quoted: string): Finding | undefined {
    level.wantsKey = false;
    const key = unquote(quoted);
    if (key === undefined) return malformed;
    const pointer = at('', ...this.levels.slice(0, -1).map(({ step }) => step));
    if (UNSTORABLE.test(key)) return notText(pointer);
    if (FORBIDDEN_KEYS.has(key)) return invalid('forbidden_key', pointer, 'The keys __proto__, constructor and prototype are not allowed.');
    if (level.keys!.has(key)) return invalid('duplicate_key', at(pointer, key), 'An object contains a key twice.');
    level.keys!.add(key);
    level.step = key;
    return undefined;
  }
}

function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
