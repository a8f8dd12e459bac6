import { ts } from '#compiler';
import type { Refinement, Register } from '../core/facts.ts';
import { dottedName } from './types.ts';

/** What a test says of the value in a register. */
export interface Narrowing {
  readonly subject: Register;
  readonly as: Refinement;
  /** What the test's being true says: the opposite for `!==`. */
  readonly positive: boolean;
}

/** Refinements of refinements, as deep as they are followed back. */
const MOST_REFINED = 40;

/** Which tests of a function say what a value is, and which registers are values after such a test. */
export class Narrowings {
  readonly #typeofs = new Map<Register, Register>();
  readonly #tests = new Map<Register, Narrowing>();
  readonly #before = new Map<Register, Register>();
  readonly #roots = new Map<Register, Register>();
  readonly #same = new Map<Register, Register[]>();

  /** `into` is `typeof operand`. */
  noteTypeof(into: Register, operand: Register): void {
    this.#typeofs.set(into, operand);
  }

  note(test: Register, narrowing: Narrowing): void {
    this.#tests.set(test, narrowing);
  }

  of(test: Register): Narrowing | undefined {
    return this.#tests.get(test);
  }

  /** What a comparison says, once both sides have their registers. `property` tells what a register was read from. */
  noteComparison(
    test: Register,
    node: { readonly operator: string; readonly left: ts.Expression; readonly right: ts.Expression },
    [left, right]: readonly [Register, Register],
    property: (register: Register) => { readonly from: Register; readonly key: string } | undefined,
  ): void {
    const { operator } = node;
    if (operator === 'instanceof') {
      this.note(test, { subject: left, as: { is: 'instance', of: right }, positive: true });
    } else if (operator === 'in') {
      const key = literalText(node.left);
      if (key !== undefined) this.note(test, { subject: right, as: { is: 'owner', key }, positive: true });
    } else if (/^[!=]==?$/.test(operator)) {
      const onRight = literalText(node.right);
      const text = onRight ?? literalText(node.left);
      if (text !== undefined)
        this.noteEquality(test, onRight === undefined ? right : left, text, operator[0] === '=', property);
    }
  }

  /** `register` is, or is not, this literal. */
  noteEquality(
    test: Register,
    register: Register,
    text: string,
    positive: boolean,
    property: (register: Register) => { readonly from: Register; readonly key: string } | undefined,
  ): void {
    const operand = this.#typeofs.get(register);
    if (operand !== undefined) {
      this.note(test, { subject: operand, as: { is: 'typeof', name: text }, positive });
      return;
    }
    const read = property(register);
    if (read) this.note(test, { subject: read.from, as: { is: 'variant', key: read.key, texts: [text] }, positive });
    else this.note(test, { subject: register, as: { is: 'literal', text }, positive });
  }

  /** `event.type === 'a' || event.type === 'b'`: one of several variants. */
  noteEither(test: Register, parts: readonly Register[]): void {
    const [first, ...others] = parts.map((part) => this.of(part));
    if (first?.as.is !== 'variant' || !first.positive) return;
    const { subject, as } = first;
    const texts = [...as.texts];
    for (const other of others) {
      if (other?.as.is !== 'variant' || !other.positive || other.as.key !== as.key) return;
      if (this.#rootOf(other.subject) !== this.#rootOf(subject)) return;
      texts.push(...other.as.texts);
    }
    this.note(test, { subject, as: { ...as, texts }, positive: true });
  }

  /** `into` is `from` after a test. */
  noteRefined(into: Register, from: Register): void {
    const root = this.#rootOf(from);
    this.#before.set(into, from);
    this.#roots.set(into, root);
    const same = this.#same.get(root);
    if (same) same.push(into);
    else this.#same.set(root, [root, into]);
  }

  /** Registers that are the same value before or after tests, the latest ones. */
  sameAs(register: Register): readonly Register[] {
    return this.#same.get(this.#rootOf(register))?.slice(-MOST_REFINED) ?? [register];
  }

  #rootOf(register: Register): Register {
    return this.#roots.get(register) ?? register;
  }

  /** Whether a register is another one after tests alone, with nothing written to it. */
  isRefined(register: Register, from: Register): boolean {
    let at: Register | undefined = register;
    for (let steps = 0; at !== undefined && steps < MOST_REFINED; steps++) {
      if (at === from) return true;
      at = this.#before.get(at);
    }
    return false;
  }
}

/** The text of a literal, or an enum's member as it is written: `Kind.Created`. */
export function literalText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return 'true';
  if (node.kind === ts.SyntaxKind.FalseKeyword) return 'false';
  return ts.isPropertyAccessExpression(node) && /^[A-Z]/.test(node.name.text) ? dottedName(node) : undefined;
}
