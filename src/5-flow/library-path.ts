/**
 * How a library's value was reached from its package: `winston`, `.createLogger`, `()`, `.info`. Programs reach the same
 * few paths at every call, so each is made once and what is worked out about it is kept by its identity.
 */
export class LibraryPath {
  readonly package: string;
  readonly steps: readonly string[];
  /** What tells two paths apart, packages included. */
  readonly key: string;
  readonly #next = new Map<string, LibraryPath>();
  readonly #members = new Map<string, LibraryPath>();

  constructor(packageName: string, steps: readonly string[]) {
    this.package = packageName;
    this.steps = steps;
    this.key = `L${packageName}:${steps.join('')}`;
  }

  /** One step further: `()`, `new()`, `.[]`, `<Type>`. Paths longer than any model's stay, so that recursion ends. */
  next(step: string): LibraryPath {
    let next = this.#next.get(step);
    if (!next) {
      next = this.steps.length < LONGEST ? new LibraryPath(this.package, [...this.steps, step]) : this;
      this.#next.set(step, next);
    }
    return next;
  }

  /** At a property. */
  member(name: string): LibraryPath {
    let member = this.#members.get(name);
    if (!member) {
      member = this.next(`.${name}`);
      this.#members.set(name, member);
    }
    return member;
  }
}

const LONGEST = 24;

/** Names only: the same for every program, like the texts of constants. */
const PACKAGES = new Map<string, LibraryPath>();

export function libraryPath(packageName: string, steps: readonly string[]): LibraryPath {
  let path = PACKAGES.get(packageName);
  if (!path) {
    path = new LibraryPath(packageName, []);
    PACKAGES.set(packageName, path);
  }
  for (const step of steps) path = path.next(step);
  return path;
}
