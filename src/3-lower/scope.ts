import type { TypeFacts } from '../core/facts.ts';
import type { FunctionBody } from './function-body.ts';

/** A declared name. Where it lives (registers or a cell) is decided by who uses it. */
export interface Variable {
  readonly name: string;
  readonly owner: FunctionBody;
  /** Index of the import declaration that binds it. */
  readonly import?: number;
  /** Assigned when a closure or another module reads it. */
  cell: number | undefined;
  /** A closure assigns it, so its owner cannot know its value from its own assignments alone. */
  writtenByClosure: boolean;
  type: TypeFacts | undefined;
}

/** The names of a block, and the block around it. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly body: FunctionBody;
  readonly #names = new Map<string, Variable>();
  /** Every name that a scope of the file declares: others are global, however deep the code that reads them. */
  readonly #declared: Set<string>;

  constructor(body: FunctionBody, parent: Scope | undefined) {
    this.body = body;
    this.parent = parent;
    this.#declared = parent ? parent.#declared : new Set();
  }

  /** Declares a name here; a second declaration (`var` twice, overloads) is the same variable. */
  declare(name: string, importIndex?: number): Variable {
    const known = this.#names.get(name);
    if (known) return known;
    const variable: Variable = {
      name,
      owner: this.body,
      ...(importIndex === undefined ? {} : { import: importIndex }),
      cell: undefined,
      writtenByClosure: false,
      type: undefined,
    };
    this.#names.set(name, variable);
    this.#declared.add(name);
    return variable;
  }

  own(name: string): Variable | undefined {
    return this.#names.get(name);
  }

  variables(): Iterable<Variable> {
    return this.#names.values();
  }

  resolve(name: string): Variable | undefined {
    if (!this.#declared.has(name)) return undefined;
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const variable = scope.#names.get(name);
      if (variable) return variable;
    }
    return undefined;
  }
}
