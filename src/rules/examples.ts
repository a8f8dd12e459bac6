/**
 * The examples of policy rules as small projects. `// file: src/a.ts` starts a file (`# file:` in YAML); code before the
 * first mark, or without any, is `example.ts`. Code that imports nothing and is one file begins with `rules/prelude.ts`.
 */
import { join } from 'node:path';
import { RULES_DIRECTORY } from './files.ts';
import { readText } from './yaml.ts';

/** A file of an example. */
export interface ExampleFile {
  /** Relative, `/` separators; never leaves the example. */
  readonly file: string;
  readonly text: string;
}

const MARK = /^(?:\/\/|#)\s*file:\s*(\S{1,200})\s*$/;

/** The files of an example, in its order. */
export function filesOfExample(code: string): ExampleFile[] {
  const files: { file: string; lines: string[] }[] = [];
  const before: string[] = [];
  for (const line of code.split('\n')) {
    const file = MARK.exec(line)?.[1];
    if (file !== undefined) files.push({ file: withinExample(file), lines: [] });
    else (files.at(-1)?.lines ?? before).push(line);
  }
  if (files.length === 0) return [{ file: nameFor(code), text: withPrelude(code) }];
  const marked = files.map(({ file, lines }) => ({ file, text: lines.join('\n') }));
  const unmarked = before.join('\n');
  return unmarked.trim() === '' ? marked : [{ file: nameFor(unmarked), text: unmarked }, ...marked];
}

/** JSX needs its own ending. */
function nameFor(code: string): string {
  return /<\/|\/>/.test(code) ? 'example.tsx' : 'example.ts';
}

function withinExample(file: string): string {
  return file
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

function withPrelude(code: string): string {
  if (/^\s*(?:import\b|(?:const|let|var)\b.*\brequire\()/m.test(code)) return code;
  return `${readText(join(RULES_DIRECTORY, 'prelude.ts'), 'rules/prelude.ts')}\n${code}`;
}
