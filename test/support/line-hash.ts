/**
 * GitHub's hash of each line, written anew from its description (github/codeql-action, `src/fingerprints.ts`): a rolling
 * hash of the 100 characters from the line's start on, space, tabs and the LF of a CRLF left out, in 64 bits.
 */
const WINDOW = 100;
const FACTOR = 37n;
const BITS = 64;
const END_OF_FILE = 65_535;

/** Line (from 1) → `hash:n`, for the nth line of that hash. */
export function lineHashes(text: string): Map<number, string> {
  const units = keptUnits(text);
  const padded = [...units.map(({ code }) => code), END_OF_FILE, ...Array<number>(WINDOW).fill(0)];
  const seen = new Map<string, number>();
  const hashes = new Map<number, string>();
  const starts = [...units.entries()].flatMap(([index, { first, line }]) => (first ? [[index, line] as const] : []));
  if (endsWithBreak(text)) starts.push([units.length, lineAfter(units)]);
  for (const [start, line] of starts) {
    // Not rolled: each window on its own.
    const window = padded.slice(start, start + WINDOW);
    const hash = window.reduce((sum, code) => BigInt.asUintN(BITS, sum * FACTOR + BigInt(code)), 0n).toString(16);
    const number = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, number);
    hashes.set(line, `${hash}:${number}`);
  }
  return hashes;
}

interface Unit {
  readonly code: number;
  readonly line: number;
  /** Whether it is the first that is kept of its line. */
  readonly first: boolean;
}

/** CR, LF and CRLF are one LF; space and tabs are skipped. */
function keptUnits(text: string): Unit[] {
  const units: Unit[] = [];
  let line = 1;
  let first = true;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const blank = code === 32 || code === 9 || (code === 10 && text.charCodeAt(index - 1) === 13);
    if (blank) continue;
    const kept = code === 13 ? 10 : code;
    units.push({ code: kept, line, first });
    first = kept === 10;
    if (first) line++;
  }
  return units;
}

/** The end of the file is a unit of its own: the only one of the last line when that is empty. */
function endsWithBreak(text: string): boolean {
  return /(?:^|[\r\n])[ \t]*$/.test(text);
}

function lineAfter(units: readonly Unit[]): number {
  return (units.at(-1)?.line ?? 0) + 1;
}
