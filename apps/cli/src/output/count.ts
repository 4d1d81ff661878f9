/** `1 event`, `2 events`; `many` (default: with an s) is the plural. */
export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
