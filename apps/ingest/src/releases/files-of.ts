/** The manifests of a request as files: text is kept, so that positions are those of the text. */
export const filesOf = (manifests: ReadonlyArray<string | object>): Readonly<Record<string, string>> =>
  Object.fromEntries(manifests.map((manifest, i) => [String(i), typeof manifest === 'string' ? manifest : JSON.stringify(manifest)]));
