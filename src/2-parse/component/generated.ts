/** Code made of a file that is no script: parts are copied from it, parts are added, and each knows where it stands. */
import type { PlaceOf } from '../../core/location.ts';

interface Segment {
  /** Where the segment starts in the code. */
  readonly at: number;
  /** Where it stands in the file. */
  readonly from: number;
  readonly copied: boolean;
}

/** Gathers code from its beginning on, and then says where in the file each of its offsets is. */
export class GeneratedCode {
  #text = '';
  #near = 0;
  readonly #segments: Segment[] = [];

  get text(): string {
    return this.#text;
  }

  /** Code that is not in the file stands at `near`: behind what was copied last, unless told. */
  add(code: string, near = this.#near): this {
    this.#append(code, near, false);
    this.#near = near;
    return this;
  }

  /** Code that is in the file as it is, from the offset `from` on. */
  copy(code: string, from: number): this {
    this.#append(code, from, true);
    this.#near = from + code.length;
    return this;
  }

  /** All of `other`, behind what there is. */
  append(other: GeneratedCode): this {
    const start = this.#text.length;
    for (const segment of other.#segments) this.#segments.push({ ...segment, at: segment.at + start });
    this.#text += other.#text;
    this.#near = other.#near;
    return this;
  }

  #append(code: string, from: number, copied: boolean): void {
    if (code === '') return;
    this.#segments.push({ at: this.#text.length, from, copied });
    this.#text += code;
  }

  /** The offset in the file of an offset in the code, which starts at `start` for whoever asks. */
  places(start: number): PlaceOf {
    const segments = this.#segments;
    return (offset) => {
      if (offset < start) return offset;
      const at = offset - start;
      let low = 0;
      let high = segments.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((segments[middle] as Segment).at <= at) low = middle;
        else high = middle - 1;
      }
      const segment = segments[low];
      if (segment === undefined) return 0;
      return segment.copied ? segment.from + at - segment.at : segment.from;
    };
  }
}
