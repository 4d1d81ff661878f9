import { DOCUMENT_VERSION } from '@alloy/policy';
import { isMap, parseAllDocuments } from 'yaml';
import type { ManifestFile } from './read-manifests';

/** Files with project files among the manifests, apart. */
export interface SplitFiles {
  /** One document each, at its lines of the file. */
  readonly projects: readonly ManifestFile[];
  readonly manifests: readonly ManifestFile[];
}

type Range = readonly [start: number, end: number];

/** Separates documents of projects from manifests, also within one file; lines keep their numbers. */
export function splitProjects(files: readonly ManifestFile[]): SplitFiles {
  const split = files.map((file) => {
    const ranges = projectRanges(file.text);
    const rest = ranges.length === 0 ? file : { ...file, text: without(file.text, ranges) };
    return { rest, projects: ranges.map((range) => ({ ...file, text: only(file.text, range) })) };
  });
  return {
    projects: split.flatMap(({ projects }) => projects),
    manifests: split.map(({ rest }) => rest).filter(({ text }) => text.replace(/^(?:---|#).*$/gm, '').trim() !== ''),
  };
}

function projectRanges(text: string): readonly Range[] {
  if (!text.includes(DOCUMENT_VERSION)) return [];
  return parseAllDocuments(text, { logLevel: 'silent' }).flatMap(({ contents }): readonly Range[] => {
    if (!isMap(contents) || !contents.range) return [];
    const valueOf = (key: string): unknown => contents.get(key);
    return valueOf('apiVersion') === DOCUMENT_VERSION && valueOf('kind') === 'Project' ? [[contents.range[0], contents.range[2]]] : [];
  });
}

/** Line breaks only. */
const blank = (text: string): string => text.replace(/[^\n]/g, '');

const only = (text: string, [start, end]: Range): string => blank(text.slice(0, start)) + text.slice(start, end);

const without = (text: string, ranges: readonly Range[]): string =>
  ranges.reduce((rest, [start, end]) => rest.slice(0, start) + rest.slice(start, end).replace(/[^\n]/g, ' ') + rest.slice(end), text);
