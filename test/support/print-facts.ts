/**
 * Facts as text, for tests that read them. One line per operation:
 *
 *     greet(0 user)
 *       1 = get 0 .email
 *       2 = bind 1 as who
 *       3 = global console
 *       4 = get 3 .log
 *       5 = call 4 (2) on 3
 *
 * `{2 4}` at the end of a line is its guard, outermost first: 2 is truthy there, `!4` is not.
 */
import type {
  ClassFacts,
  FileFacts,
  FunctionFacts,
  GuardIndex,
  Key,
  MemberFacts,
  ObjectEntry,
  Operation,
  ParameterFacts,
  Refinement,
  TypeFacts,
} from '../../src/core/facts.ts';

/** The functions of a file, in the order they open. The module's body comes first, as `module`. */
export function printFunctions(facts: FileFacts): string {
  return facts.functions
    .map((fn, index) => [printHead(fn, index), ...printOperations(fn, facts)].join('\n  '))
    .join('\n');
}

/** The operations of one function. */
export function printOperations(fn: FunctionFacts, facts: FileFacts): string[] {
  return fn.operations.map((operation) => {
    const text = printOperation(operation, facts);
    const line = 'into' in operation ? `${operation.into} = ${text}` : text;
    return `${line}${'guard' in operation ? printGuard(operation.guard, fn) : ''}`;
  });
}

export function printClass(facts: ClassFacts): string {
  const { name, members, abstract, initializer } = facts;
  const parent = facts.extends ? ` extends ${printType(facts.extends)}` : '';
  const ports = facts.implements.length > 0 ? ` implements ${facts.implements.map(printType).join(', ')}` : '';
  const fields = initializer === undefined ? [] : [`fields: f${initializer}`];
  const head = `${abstract ? 'abstract ' : ''}class ${name}${printTypeParameters(facts.typeParameters)}${parent}${ports}`;
  return [head, ...members.map(printMember), ...fields].join('\n  ');
}

export function printType(type: TypeFacts): string {
  switch (type.kind) {
    case 'reference':
      return type.name + (type.arguments.length > 0 ? `<${type.arguments.map(printType).join(', ')}>` : '');
    case 'typeof':
      return `typeof ${type.name}`;
    case 'object':
      return `{ ${type.properties.map(({ name, type: of, optional }) => `${name}${optional ? '?' : ''}: ${printType(of)}`).join('; ')} }`;
    case 'array':
      return `${printType(type.of)}[]`;
    case 'union':
      return `(${type.of.map(printType).join(' | ')})`;
    case 'intersection':
      return `(${type.of.map(printType).join(' & ')})`;
    case 'indexed':
      return `${printType(type.object)}[${printType(type.index)}]`;
    case 'literal':
      return `'${type.text}'`;
    case 'primitive':
      return type.name;
    case 'function':
      return `() => ${printType(type.returns)}`;
    case 'elsewhere':
      return printType(type.type);
  }
}

function printHead(fn: FunctionFacts, index: number): string {
  const receiver = fn.receiver === undefined ? [] : [`${fn.receiver} this`];
  const parameters = [...receiver, ...fn.parameters.map(printParameter)].join(', ');
  const returns = fn.returnType ? `: ${printType(fn.returnType)}` : '';
  const directives = fn.directives.map((text) => ` '${text}'`).join('');
  const name = index === 0 ? 'module' : `f${index} ${fn.name || '(anonymous)'}`;
  return `${name}(${parameters})${returns}${directives}`;
}

function printParameter({ name, register, type, rest }: ParameterFacts): string {
  return `${register} ${rest ? '...' : ''}${name || '(pattern)'}${type ? `: ${printType(type)}` : ''}`;
}

function printMember({ name, kind, static: isStatic, function: body, type, optional }: MemberFacts): string {
  const declared = type ? `: ${printType(type)}` : '';
  const code = body === undefined ? '' : ` f${body}`;
  return `${isStatic ? 'static ' : ''}${kind} ${name}${optional ? '?' : ''}${declared}${code}`;
}

function printTypeParameters(names: readonly string[]): string {
  return names.length > 0 ? `<${names.join(', ')}>` : '';
}

function printRefinement({ is, ...rest }: Refinement): string {
  return [is, ...Object.values(rest).flat()].join(' ');
}

type Printers = {
  readonly [Kind in Operation['kind']]: (operation: Extract<Operation, { kind: Kind }>, facts: FileFacts) => string;
};

const PRINTERS: Printers = {
  constant: ({ type, text }) => (type === 'string' ? `'${text}'` : (text ?? type)),
  global: ({ name }) => `global ${name}`,
  import: (operation, { imports }) => {
    const facts = imports[operation.import];
    return `import ${facts?.imported} from '${facts?.specifier}'`;
  },
  require: ({ specifier }) => `require '${specifier}'`,
  load: ({ cell }, facts) => `load ${cellName(cell, facts)}`,
  store: ({ cell, from }, facts) => `store ${cellName(cell, facts)} ${from}`,
  'store-import': (operation, { imports }) => `store-import ${imports[operation.import]?.local} ${operation.from}`,
  export: ({ name, from }) => `export ${name} ${from}`,
  bind: ({ from, name, type }) => `bind ${from}${name ? ` as ${name}` : ''}${type ? `: ${printType(type)}` : ''}`,
  get: ({ from, key }) => `get ${from} ${printKey(key)}`,
  set: ({ base, key, from }) => `set ${base} ${printKey(key)} ${from}`,
  delete: ({ base, key }) => `delete ${base} ${printKey(key)}`,
  object: ({ entries }) => `object ${printEntries(entries)}`,
  array: ({ elements }) => `array [${elements.map(printItem).join(', ')}]`,
  derive: ({ from, how }) => `derive ${how} ${from.join(', ')}`,
  test: ({ operator, operands }) => `test ${operator} ${operands.join(', ')}`,
  phi: ({ from }) => `phi ${from.join(', ')}`,
  refine: ({ from, as, holds }) => `refine ${from} ${holds ? '' : 'not '}${printRefinement(as)}`,
  function: (operation) => `function f${operation.function}`,
  class: (operation, { classes }) => {
    const parent = operation.extends === undefined ? '' : ` extends ${operation.extends}`;
    return `class ${classes[operation.class]?.name || '(anonymous)'}${parent}`;
  },
  decorate: ({ member, parameter, decorator }) =>
    `decorate ${member ?? 'class'}${parameter === undefined ? '' : `(${parameter})`} ${decorator}`,
  call: (operation) => {
    const on = operation.receiver === undefined ? '' : ` on ${operation.receiver}`;
    const types = operation.typeArguments ? `<${operation.typeArguments.map(printType).join(', ')}>` : '';
    const verb = operation.new ? 'new' : 'call';
    return `${verb} ${operation.callee}${types} (${operation.arguments.map(printItem).join(', ')})${on}`;
  },
  after: ({ from, call, argument }) => `after ${from} call ${call}${argument < 0 ? ' this' : ` argument ${argument}`}`,
  element: ({ tag, component, attributes, children }) =>
    `element ${tag ?? component} ${printEntries(attributes)} [${children.join(', ')}]`,
  iterate: ({ from, what }) => `iterate ${what} ${from}`,
  catch: ({ thrown, calls }) => `catch thrown ${thrown.join(', ') || 'none'}, calls ${calls.join(', ') || 'none'}`,
  return: ({ from, element, effects }) => {
    const written = effects.map((effect) => `${effect.argument < 0 ? 'this' : effect.argument} → ${effect.from}`);
    return `${element ? 'yield' : 'return'} ${from}${written.length > 0 ? ` (${written.join(', ')})` : ''}`;
  },
  throw: ({ from }) => `throw ${from}`,
};

function printOperation(operation: Operation, facts: FileFacts): string {
  return (PRINTERS[operation.kind] as (operation: Operation, facts: FileFacts) => string)(operation, facts);
}

/** A cell by its name and the function that owns it. */
function cellName(cell: number, { cells }: FileFacts): string {
  const facts = cells[cell];
  if (!facts) return `c${cell}`;
  return facts.owner === 0 ? facts.name : `f${facts.owner}.${facts.name}`;
}

function printKey(key: Key): string {
  return typeof key === 'string' ? `.${key}` : `[${key.computed}]`;
}

function printEntries(entries: readonly ObjectEntry[]): string {
  return `{ ${entries.map(printEntry).join(', ')} }`;
}

function printEntry(entry: ObjectEntry): string {
  if ('spread' in entry) return `...${entry.spread}${entry.omit ? ` but ${entry.omit.join(', ')}` : ''}`;
  return `${printKey(entry.key)} ${entry.value}`;
}

function printItem({ value, spread }: { readonly value: number; readonly spread: boolean }): string {
  return spread ? `...${value}` : String(value);
}

function printGuard(guard: GuardIndex, { guards }: FunctionFacts): string {
  const conditions: string[] = [];
  for (let at = guards[guard]; at !== undefined; at = guards[at.parent]) {
    conditions.unshift(`${at.holds ? '' : '!'}${at.test}`);
  }
  return conditions.length > 0 ? ` {${conditions.join(' ')}}` : '';
}
