/** Operations that make functions and classes, and what decorators say of them. */
import type { Operation } from '../../core/facts.ts';
import type { Analysis } from '../analysis.ts';
import { applyMethod, type Call, NOTHING_WANTED } from '../calls.ts';
import { functionValue, libraryParent } from '../classes.ts';
import { unknownInput } from '../data.ts';
import type { Frame } from '../frame.ts';
import { library } from '../libraries.ts';
import { LibraryCall } from '../library-calls/ports.ts';
import { decorated } from '../library-calls/sources.ts';
import { type ClassAtom, isNothing, type Value, valueWith } from '../value.ts';
import { placeOf, read, write } from './registers.ts';
import { cellValue } from './variables.ts';

/** A function becomes a value, with the variables it captured as they are now. */
export function evaluateFunctionValue(
  operation: Operation & { kind: 'function' },
  frame: Frame,
  analysis: Analysis,
): void {
  const id = (analysis.program.bases[frame.linked.file]?.functions ?? 0) + operation.function;
  const value = functionValue(id, capturedBy(id, frame, analysis));
  write(operation.into, value, frame);
  useCaptured(value, frame, analysis);
}

function capturedBy(id: number, frame: Frame, analysis: Analysis): Map<number, Value> {
  const captures = analysis.program.functions[id]?.captures ?? [];
  const outer = captures.filter((cell) => analysis.program.cells[cell]?.owner !== frame.id);
  return new Map(outer.map((cell) => [cell, cellValue(cell, frame, analysis)]));
}

/**
 * A closure may run at any time, whoever gets it: what it does with captured data counts from here on. Its parameters
 * stay unknown until a call says what they are.
 */
function useCaptured(value: Value, frame: Frame, analysis: Analysis): void {
  const [atom] = value.atoms;
  if (atom?.kind !== 'function' || (analysis.program.functions[atom.function]?.captures.length ?? 0) === 0) return;
  const summary = analysis.summaryOf(atom.function, frame.id, false);
  const { sinks, cellWrites, calls, kept } = summary;
  if (sinks.size === 0 && cellWrites.size === 0 && calls.size === 0 && kept.size === 0) return;
  const linked = analysis.program.functions[atom.function];
  const args = (linked?.facts.parameters ?? []).map((_, index) => valueWith(unknownInput(atom.function, index)));
  const call: Call = { receiver: null, arguments: args, name: '', place: null, guard: -1, new: false };
  applyMethod(value, { ...call, wanted: NOTHING_WANTED }, frame, analysis);
}

export function evaluateClass(operation: Operation & { kind: 'class' }, frame: Frame, analysis: Analysis): void {
  const base = analysis.program.bases[frame.linked.file];
  const id = (base?.classes ?? 0) + operation.class;
  const parent = operation.extends === undefined ? null : read(operation.extends, frame);
  const captured = new Map<number, Value>();
  const facts = analysis.program.classes[id]?.facts;
  for (const member of facts?.members ?? []) {
    if (member.function === undefined) continue;
    for (const [cell, value] of capturedBy((base?.functions ?? 0) + member.function, frame, analysis))
      captured.set(cell, value);
  }
  const atom: ClassAtom = { kind: 'class', key: `k${id}`, class: id, parent, captured };
  if (!parent || !isNothing(parent)) analysis.noteClass(atom);
  noteInheritedRules(atom, analysis);
  write(operation.into, valueWith(atom), frame);
}

/** `$beforeInsert() { this.password = hash(…) }` in a model: a method that the library's class gives a meaning to. */
function noteInheritedRules({ class: id, parent }: ClassAtom, analysis: Analysis): void {
  const inherited = libraryParent(parent);
  const name = inherited?.path.at(-1)?.replace(/^\./, '');
  if (!inherited || !name) return;
  const typed = library(inherited.package, [`<${name}>`], inherited.arguments, [], null);
  for (const { name: member, static: ofClass } of analysis.program.classes[id]?.facts.members ?? []) {
    if (ofClass) continue;
    for (const field of analysis.models.match(typed.api.member(member)).fields)
      analysis.noteFieldRule(id, { member, field, atom: typed });
  }
}

/** `@Body() dto`: a decorator that a model calls a source, a sink or a type for what it decorates. */
export function evaluateDecorate(operation: Operation & { kind: 'decorate' }, frame: Frame, analysis: Analysis): void {
  const id = (analysis.program.bases[frame.linked.file]?.classes ?? 0) + operation.class;
  for (const atom of read(operation.decorator, frame).atoms) {
    if (atom.kind !== 'library') continue;
    // `@Body()` is a call whose own port is the decorated parameter: the path without its last call.
    const called =
      atom.path.at(-1) === '()' ? library(atom.package, atom.path.slice(0, -1), atom.arguments, [], null) : atom;
    const match = analysis.models.match(called.api);
    for (const field of match.fields)
      analysis.noteFieldRule(id, { member: operation.member ?? null, field, atom: called });
    if (operation.member === undefined) continue;
    if (operation.parameter === undefined) {
      analysis.decorateMember(`${id}.${operation.member}`, called, match);
      continue;
    }
    const call: Call = {
      receiver: null,
      arguments: called.arguments ?? [],
      name: '',
      place: placeOf(operation, frame),
      guard: -1,
      new: false,
    };
    const value = decorated(new LibraryCall(called, match, call, frame, analysis));
    if (!isNothing(value)) analysis.decorate(`${id}.${operation.member}.${operation.parameter}`, value);
  }
}
