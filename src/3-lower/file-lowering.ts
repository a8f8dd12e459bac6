import { ts } from '#compiler';
import type { CellFacts, ClassFacts, ExportFacts, FunctionFacts, ImportFacts, TypeDeclaration } from '../core/facts.ts';
import type { PlaceOf, Span } from '../core/location.ts';
import type { Variable } from './scope.ts';

/** What lowering gathers for the whole file. */
export class FileLowering {
  readonly tree: ts.SourceFile;
  readonly text: string;
  readonly functions: FunctionFacts[] = [];
  readonly classes: ClassFacts[] = [];
  readonly types: TypeDeclaration[] = [];
  readonly imports: ImportFacts[] = [];
  readonly exports: ExportFacts[] = [];
  /** Names to export, resolved when the whole module is known. */
  readonly exportedNames: { exported: string; local: string }[] = [];
  readonly #cells: Variable[] = [];
  readonly mentionsVar: boolean;
  readonly mentionsArguments: boolean;
  /** Run at the end, when it is known which variables closures read. */
  readonly unsettled: (() => void)[] = [];
  /** The name in `export default name`. */
  defaultExport: string | undefined;
  /** The label of the loop about to be lowered. */
  pendingLabel: string | undefined;
  #functionCount = 0;
  readonly #givenNames = new Map<ts.Node, string>();

  readonly #placeOf: PlaceOf | undefined;

  constructor(tree: ts.SourceFile, text: string, placeOf?: PlaceOf) {
    this.#placeOf = placeOf;
    this.tree = tree;
    this.text = text;
    this.mentionsVar = /\bvar\b/.test(text);
    this.mentionsArguments = text.includes('arguments');
  }

  /** Reserves an index, so that functions are numbered in the order they open. */
  openFunction(): number {
    return this.#functionCount++;
  }

  /** `const send = () => …` and `{ send: () => … }` name the function: ECMAScript's NamedEvaluation. */
  nameFunction(node: ts.Node, name: string): void {
    if (ts.isFunctionLike(node)) this.#givenNames.set(node, name);
  }

  /** What a function without a name of its own is called; empty for those that nothing names. */
  givenName(node: ts.Node): string {
    return this.#givenNames.get(node) ?? '';
  }

  span(node: ts.Node): Span {
    const start = skipTrivia(this.text, node.pos);
    if (this.#placeOf === undefined) return [start, node.end];
    const place = this.#placeOf(start);
    return [place, Math.max(place, this.#placeOf(node.end))];
  }

  cellOf(variable: Variable): number {
    if (variable.cell === undefined) {
      variable.cell = this.#cells.length;
      this.#cells.push(variable);
    }
    return variable.cell;
  }

  cells(): readonly CellFacts[] {
    // Told at the end: a hoisted function reads a variable before its declaration says the type.
    return this.#cells.map(({ name, owner, type }) => ({ name, owner: owner.index, ...(type ? { type } : {}) }));
  }
}

/** The offset of the first character after white space and comments. */
export function skipTrivia(text: string, start: number): number {
  let offset = start === 0 && text.startsWith('#!') ? endOfLine(text, 0) : start;
  for (;;) {
    const unit = text.charCodeAt(offset);
    if (isWhiteSpace(unit)) {
      offset++;
    } else if (unit === 0x2f && text.charCodeAt(offset + 1) === 0x2f) {
      offset = endOfLine(text, offset);
    } else if (unit === 0x2f && text.charCodeAt(offset + 1) === 0x2a) {
      const end = text.indexOf('*/', offset + 2);
      if (end < 0) return text.length;
      offset = end + 2;
    } else {
      return offset;
    }
  }
}

/** Where the line ends for the compiler: U+2028 and U+2029 end a comment, too. */
function endOfLine(text: string, start: number): number {
  for (let offset = start; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029) return offset;
  }
  return text.length;
}

const WIDE_SPACE = /[\s\x85\u200b]/;

function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 32 || (unit >= 9 && unit <= 13);
  return WIDE_SPACE.test(String.fromCharCode(unit));
}
