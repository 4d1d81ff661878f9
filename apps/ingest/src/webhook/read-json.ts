import { at, done, invalid, refuse, type Finding, type Result } from '../manifests/finding';

const MAX_DEPTH = 32;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * JSON from the wire, with one liberty: raw line breaks and tabs inside strings are taken (`base64` wraps its output).
 * Refused: bytes that are not UTF-8, NUL and halves of characters, escaped ones too, truncated JSON (400); duplicate or poisonous keys, deep nesting (422).
 */
export function readJson(bytes: Buffer): Result<unknown> {
  const text = decode(bytes);
  if (text === undefined || text.includes('\0')) return refuse({ status: 400, code: 'bad_text', detail: 'The body is not UTF-8 text.', pointer: '' });
  const scanned = new Scanner(text).scan();
  if (!scanned.ok) return scanned;
  try {
    return done(JSON.parse(scanned.value) as unknown);
  } catch {
    return refuse(malformed);
  }
}

/** What may be escaped in JSON, and yet no database takes as text. */
const UNSTORABLE = /\0|\p{Cs}/u;
const notText = (pointer: string): Finding => ({ status: 400, code: 'bad_text', detail: 'A text with NUL, or with half a character, is not taken.', pointer });

const malformed: Finding = { status: 400, code: 'malformed_json', detail: 'The body is not well-formed JSON.', pointer: '' };

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** An object or a list that is open at some point of the text. */
interface Level {
  readonly keys: Set<string> | undefined;
  /** Key or index of the member that is being read. */
  step: string | number;
  wantsKey: boolean;
}

/** One pass over the text: escapes what JSON wants escaped and watches the keys; whether it is JSON at all, `JSON.parse` says. */
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
    for (let i = start + 1; i < this.text.length; i += 1) {
      if (this.text[i] === '\\') i += 1;
      else if (this.text[i] === '"') return i;
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
    // Only an escape can stand for it: of the rest no copy is made.
    return /\\u(?:0000|d[89a-f])/i.test(raw) && UNSTORABLE.test(unquote(escaped) ?? '') ? notText(this.pointer()) : undefined;
  }

  /** Where the scan is. */
  private pointer(): string {
    return at('', ...this.levels.map(({ step }) => step));
  }

  private key(level: Level, quoted: string): Finding | undefined {
    level.wantsKey = false;
    const key = unquote(quoted);
    if (key === undefined) return malformed;
    const pointer = at('', ...this.levels.slice(0, -1).map(({ step }) => step));
    if (UNSTORABLE.test(key)) return notText(pointer);
    if (FORBIDDEN_KEYS.has(key)) return invalid('forbidden_key', pointer, 'The keys __proto__, constructor and prototype are not taken.');
    if (level.keys!.has(key)) return invalid('duplicate_key', at(pointer, key), 'A key stands twice in one object.');
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
