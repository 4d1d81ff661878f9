import {
  boolYaml11Tag, defineScalarTag, mapTag, mergeTag, NOT_RESOLVED, nullYaml11Tag, Schema, seqTag, strTag,
} from 'js-yaml';

/** What the schema answers to a key that is neither a string nor a number. */
export const NOT_A_NAME = 'the key is not a string';

const SIGN_OR_DIGIT = [...'-+0123456789'];
/** Whole numbers of Go's `strconv.ParseInt` with base 0; `0644` is octal. */
const INTEGER = /^([-+]?)(?:0[bB]([01]+)|0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const SPECIAL: Readonly<Record<string, number>> = {
  '.inf': Infinity, '.Inf': Infinity, '.INF': Infinity, '+.inf': Infinity, '+.Inf': Infinity, '+.INF': Infinity,
  '-.inf': -Infinity, '-.Inf': -Infinity, '-.INF': -Infinity, '.nan': NaN, '.NaN': NaN, '.NAN': NaN,
};

function integerOf(source: string): number | typeof NOT_RESOLVED {
  const match = INTEGER.exec(plain(source));
  if (!match) return NOT_RESOLVED;
  const [, sign, binary, hexadecimal, octal, decimal] = match;
  const digits = binary ?? hexadecimal ?? octal ?? decimal!;
  const value = parseInt(digits, binary ? 2 : hexadecimal ? 16 : octal ? 8 : 10);
  return sign === '-' && value !== 0 ? -value : value;
}

function floatOf(source: string): number | typeof NOT_RESOLVED {
  if (Object.hasOwn(SPECIAL, source)) return SPECIAL[source]!;
  const text = plain(source);
  return FLOAT.test(text) ? Number(text) : NOT_RESOLVED;
}

/** Underscores separate digits. */
const plain = (source: string): string => (source.startsWith('._') ? source : source.replaceAll('_', ''));

/**
 * Scalars and keys as kubectl reads them, by go-yaml v2: YAML 1.1 without base 60, dates and rare collections. Keys
 * that are neither strings nor numbers are refused.
 */
export const kubectlSchema = new Schema([
  strTag,
  seqTag,
  {
    ...mapTag,
    addPair: (carrier, key, value) =>
      typeof key === 'string' || typeof key === 'number' ? mapTag.addPair(carrier, key, value) : NOT_A_NAME,
  },
  nullYaml11Tag,
  boolYaml11Tag,
  defineScalarTag('tag:yaml.org,2002:int', {
    implicit: true, implicitFirstChars: SIGN_OR_DIGIT, resolve: integerOf, identify: () => false,
  }),
  defineScalarTag('tag:yaml.org,2002:float', {
    implicit: true, implicitFirstChars: [...SIGN_OR_DIGIT, '.'], resolve: floatOf, identify: () => false,
  }),
  mergeTag,
]);
