/** A tag for a column of a table: a digest is shortened to its first 12 digits. */
export const shortTag = (tag: string): string => tag.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1…');
