/** `troth diff`: a change of the data map → text or markdown, the same bytes for the same change. */
import type { DataMapChange } from '../../core/data-map.ts';
import { renderDataMapChangeMarkdown } from './markdown.ts';
import { renderDataMapChangeText } from './text.ts';

export const CHANGE_FORMATS = ['text', 'markdown'] as const;
export type ChangeFormat = (typeof CHANGE_FORMATS)[number];

export interface ChangeOptions {
  readonly color: boolean;
  /** The scanned folder as seen from the top of the repository, where markdown is read: `packages/api`, or ``. */
  readonly prefix: string;
}

const RENDERERS: Readonly<Record<ChangeFormat, (change: DataMapChange, options: ChangeOptions) => string>> = {
  text: renderDataMapChangeText,
  markdown: (change, { prefix }) => renderDataMapChangeMarkdown(change, prefix),
};

/** The change in one format, ending with a line break. */
export function renderDataMapChange(format: ChangeFormat, change: DataMapChange, options: ChangeOptions): string {
  return RENDERERS[format](change, options);
}
