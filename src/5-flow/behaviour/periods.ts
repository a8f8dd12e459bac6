/**
 * Periods of time that code writes: `subDays(now, 30)`, `Date.now() - 30 * 24 * 60 * 60 * 1000`, `'30d'`,
 * `date.setMonth(date.getMonth() - 6)`, `{ days: 30 }`. They are read from the facts: values keep no arithmetic.
 */
import type { CallOperation, Operation, Register } from '../../core/facts.ts';
import type { FileIndex, Program } from '../../core/program.ts';

/** A register of a function of a file. */
interface PeriodAt {
  readonly file: FileIndex;
  /** Among the file's functions. */
  readonly function: number;
  readonly register: Register;
}

/** What a number is multiplied with where neither a word nor a product says it. */
export type BareUnit = 'milliseconds' | 'seconds' | null;

/** In days. A month has as few as policies mean by one. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1 / 86_400_000],
  ['millisecond', 1 / 86_400_000],
  ['s', 1 / 86_400],
  ['sec', 1 / 86_400],
  ['second', 1 / 86_400],
  ['m', 1 / 1440],
  ['min', 1 / 1440],
  ['minute', 1 / 1440],
  ['h', 1 / 24],
  ['hour', 1 / 24],
  ['d', 1],
  ['day', 1],
  ['w', 7],
  ['week', 7],
  ['month', 30],
  ['quarter', 90],
  ['y', 365],
  ['year', 365],
]);

const MOST_STEPS = 60;
/** A bare number of milliseconds is one from an hour on; smaller ones may be anything. */
const SMALLEST_PRODUCT = 3_600_000;

interface Reading {
  readonly numbers: number[];
  /** Units that words name, in days. */
  readonly units: Set<number>;
  /** Whole periods: `'30d'`. */
  readonly periods: number[];
  open: boolean;
  steps: number;
}

/** The days that a value says, whether it is a number of something or a date so far away; null when they are not seen. */
export function daysAt(at: PeriodAt, bare: BareUnit, program: Program): number | null {
  const reading: Reading = { numbers: [], units: new Set(), periods: [], open: false, steps: 0 };
  visit(at, reading, program);
  const { numbers, units, periods, open } = reading;
  if (open || numbers.length + periods.length === 0 || units.size > 1) return null;
  if (periods.length > 0) return periods.length === 1 && numbers.length === 0 ? (periods[0] as number) : null;
  const product = numbers.reduce((all, number) => all * number, 1);
  const [unit] = units;
  if (unit !== undefined) return product * unit;
  if (bare === 'seconds') return product / 86_400;
  return bare === 'milliseconds' && product >= SMALLEST_PRODUCT ? product / 86_400_000 : null;
}

/** The periods in what chooses rows: `{ createdAt: { lt: cutoff } }`, `lt(users.createdAt, cutoff)`, SQL with an interval. */
export function periodsIn(at: PeriodAt, program: Program, depth = 5): number[] {
  const writer = writerOf(at, program);
  if (!writer || depth === 0) return [];
  const below = (register: Register): number[] => periodsIn({ ...at, register }, program, depth - 1);
  switch (writer.kind) {
    case 'bind':
    case 'after':
    case 'refine':
      if (settersOf(at, program).length === 0) return below(writer.from);
      break;
    case 'object':
      return writer.entries.flatMap((entry) => ('spread' in entry ? [] : below(entry.value)));
    case 'array':
      return writer.elements.flatMap(({ value }) => below(value));
    case 'constant':
      return intervalsIn(writer.text ?? '');
    case 'derive':
      if (writer.how !== 'arithmetic') return writer.from.flatMap(below);
      break;
    case 'call':
      if (COMPARES.test(writer.name)) return writer.arguments.flatMap(({ value }) => below(value));
      break;
    default:
      break;
  }
  const days = daysAt(at, 'milliseconds', program);
  return days === null ? [] : [days];
}

const COMPARES = /^(?:lte?|gte?|before|after|and|or|not|where|between|less_?than(?:_?or_?equal)?|sql)$/i;

/** `NOW() - INTERVAL '30 days'` */
function intervalsIn(text: string): number[] {
  return [...text.slice(0, 4000).matchAll(/\binterval\s{1,4}'?(\d{1,6})'?\s{0,4}([a-z]{1,12})/gi)].flatMap(
    ([, amount, word = '']) => {
      const unit = unitOf(word);
      return unit === undefined ? [] : [Number(amount) * unit];
    },
  );
}

function unitOf(word: string): number | undefined {
  const lower = word.toLowerCase();
  return UNITS.get(lower) ?? UNITS.get(lower.replace(/s$/, ''));
}

/** `subDays`, `daysAgo` and `setDate` count days, `setFullYear` years. */
function unitIn(name: string): number | undefined {
  if (/^set(?:UTC)?Date$/.test(name)) return 1;
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').split(/[\s_]+/);
  return words
    .filter((word) => word.length > 2)
    .map(unitOf)
    .find((unit) => unit !== undefined);
}

function visit(at: PeriodAt, reading: Reading, program: Program): void {
  const writer = writerOf(at, program);
  if (!writer || reading.steps++ > MOST_STEPS) {
    reading.open = true;
    return;
  }
  const below = (register: Register): void => visit({ ...at, register }, reading, program);
  switch (writer.kind) {
    case 'constant':
      readLiteral(writer.text ?? '', writer.type, reading);
      return;
    case 'bind':
    case 'refine':
    case 'after': {
      const setters = settersOf(at, program);
      for (const call of setters) visitCall(call, at, reading, program);
      if (setters.length === 0) below(writer.from);
      return;
    }
    case 'derive':
      if (writer.how === 'arithmetic' || writer.how === 'concatenation') for (const from of writer.from) below(from);
      else reading.open = true;
      return;
    case 'call':
      visitCall(writer, at, reading, program);
      return;
    case 'object':
      visitObject(writer, at, reading, program);
      return;
    case 'get':
      if (writer.key === 'length' || typeof writer.key !== 'string') reading.open = true;
      else visitMember(writer, at, reading, program);
      return;
    case 'load':
    case 'import':
      visitVariable(writer, at, reading, program);
      return;
    case 'global':
      // `Date`, `Math`
      return;
    default:
      reading.open = true;
  }
}

function readLiteral(text: string, type: string, reading: Reading): void {
  if (type === 'number') {
    const number = Number(text.replace(/_/g, ''));
    if (Number.isFinite(number) && number > 0) reading.numbers.push(number);
    else if (number !== 0) reading.open = true;
    return;
  }
  if (type !== 'string') return;
  const period = periodOf(text);
  const unit = unitOf(text.trim());
  if (period !== null) reading.periods.push(period);
  else if (unit !== undefined) reading.units.add(unit);
}

/** `30d`, `2 weeks` */
export function periodOf(text: string): number | null {
  const [, amount, word = ''] = /^(\d{1,9})\s{0,3}([A-Za-z]{1,12})$/.exec(text.trim()) ?? [];
  const unit = unitOf(word);
  return unit === undefined ? null : Number(amount) * unit;
}

function visitCall(call: CallOperation, at: PeriodAt, reading: Reading, program: Program): void {
  const unit = unitIn(call.name);
  if (unit !== undefined && call.arguments.length > 0) reading.units.add(unit);
  for (const { value } of call.arguments) visit({ ...at, register: value }, reading, program);
  // `dayjs().subtract(30, 'day').toDate()`
  if (call.arguments.length === 0 && call.receiver !== undefined) {
    const made = writerOf({ ...at, register: call.receiver }, program);
    if (made?.kind === 'call' || made?.kind === 'derive') visit({ ...at, register: call.receiver }, reading, program);
  }
}

/** `{ days: 30 }` */
function visitObject(
  { entries }: Operation & { kind: 'object' },
  at: PeriodAt,
  reading: Reading,
  program: Program,
): void {
  for (const entry of entries) {
    const unit = 'key' in entry && typeof entry.key === 'string' ? unitOf(entry.key) : undefined;
    if (unit === undefined || !('value' in entry)) {
      reading.open = true;
      return;
    }
    reading.units.add(unit);
    visit({ ...at, register: entry.value }, reading, program);
  }
}

/** `limits.retentionDays` of an object that the code writes; `Date` and `Math` have members of their own. */
function visitMember(get: Operation & { kind: 'get' }, at: PeriodAt, reading: Reading, program: Program): void {
  const holder = resolve({ ...at, register: get.from }, program);
  const writer = holder && writerOf(holder, program);
  if (writer?.kind === 'global') {
    if (writer.name !== 'Date' && writer.name !== 'Math') reading.open = true;
    return;
  }
  const entry = writer?.kind === 'object' ? writer.entries.find((one) => 'key' in one && one.key === get.key) : null;
  if (holder && entry && 'value' in entry) visit({ ...holder, register: entry.value }, reading, program);
  else reading.open = true;
}

function visitVariable(
  operation: Operation & { kind: 'load' | 'import' },
  at: PeriodAt,
  reading: Reading,
  program: Program,
): void {
  const held = variableAt(operation, at, program);
  if (held === null) reading.open = true;
  else if (held !== 'library') visit(held, reading, program);
}

/** The place that makes what a register holds, through variables. */
function resolve(start: PeriodAt, program: Program): PeriodAt | null {
  let at = start;
  for (let steps = 0; steps < 12; steps++) {
    const writer = writerOf(at, program);
    if (writer?.kind === 'bind' || writer?.kind === 'refine' || writer?.kind === 'after')
      at = { ...at, register: writer.from };
    else if (writer?.kind === 'load' || writer?.kind === 'import') {
      const held = variableAt(writer, at, program);
      if (held === null || held === 'library') return null;
      at = held;
    } else return writer ? at : null;
  }
  return null;
}

/** What is put into a variable that one place writes; `library` for what a package exports. */
function variableAt(
  operation: Operation & { kind: 'load' | 'import' },
  { file }: PeriodAt,
  program: Program,
): PeriodAt | 'library' | null {
  if (operation.kind === 'load') return cellAt((program.bases[file]?.cells ?? 0) + operation.cell, program);
  const facts = program.files[file]?.imports[operation.import];
  const module = facts && program.module(file, facts.specifier);
  if (module?.kind === 'package') return 'library';
  if (!facts || module?.kind !== 'file') return null;
  const binding = program.exported(module.file, facts.imported);
  return binding?.kind === 'cell' ? cellAt(binding.cell, program) : null;
}

function cellAt(id: number, program: Program): PeriodAt | null {
  const cell = program.cells[id];
  const base = cell && program.bases[cell.file];
  if (!cell || !base) return null;
  const index = cell.owner - base.functions;
  const stores = (program.files[cell.file]?.functions[index]?.operations ?? []).filter(
    (one) => one.kind === 'store' && one.cell === id - base.cells,
  );
  const [only] = stores;
  return stores.length === 1 && only?.kind === 'store'
    ? { file: cell.file, function: index, register: only.from }
    : null;
}

/** The calls that make a date another: `cutoff.setDate(cutoff.getDate() - 30)`. */
function settersOf({ file, function: index, register }: PeriodAt, program: Program): CallOperation[] {
  const all = (program.files[file]?.functions[index]?.operations ?? []).filter(
    (one): one is CallOperation =>
      one.kind === 'call' && one.receiver === register && /^set(?:UTC)?[A-Z]/.test(one.name),
  );
  // `setHours(0, 0, 0, 0)` beside another only rounds.
  const coarse = all.filter(({ name }) => /(?:Date|Month|Year|Time)$/.test(name));
  return coarse.length > 0 ? coarse : all;
}

const WRITERS = new WeakMap<object, readonly (Operation | undefined)[]>();

function writerOf({ file, function: index, register }: PeriodAt, program: Program): Operation | undefined {
  const facts = program.files[file]?.functions[index];
  if (!facts) return undefined;
  let writers = WRITERS.get(facts);
  if (!writers) {
    const list: (Operation | undefined)[] = [];
    for (const operation of facts.operations) if ('into' in operation) list[operation.into] = operation;
    writers = list;
    WRITERS.set(facts, writers);
  }
  return writers[register];
}
