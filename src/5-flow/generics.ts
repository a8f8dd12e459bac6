/** Generic declarations with their parameters replaced. */
import type { TypeDeclaration, TypeFacts } from '../core/facts.ts';
import type { FileIndex } from '../core/program.ts';

/**
 * A generic declaration with its parameters replaced: `Page<User>` for `interface Page<T> { items: T[] }`. What is put
 * in keeps the file it was written in, since its names mean something there.
 */
export function instantiate(
  declaration: TypeDeclaration,
  typeArguments: readonly TypeFacts[],
  file: FileIndex,
): TypeDeclaration {
  if (declaration.typeParameters.length === 0 || typeArguments.length === 0) return declaration;
  const given = new Map(
    declaration.typeParameters.flatMap((name, index): [string, TypeFacts][] => {
      const type = typeArguments[index];
      return type ? [[name, { kind: 'elsewhere', file, type }]] : [];
    }),
  );
  return {
    ...declaration,
    type: replaceNames(declaration.type, given),
    extends: declaration.extends.map((type) => replaceNames(type, given)),
  };
}

function replaceNames(type: TypeFacts, given: ReadonlyMap<string, TypeFacts>): TypeFacts {
  const inner = (one: TypeFacts): TypeFacts => replaceNames(one, given);
  switch (type.kind) {
    case 'reference':
      return given.get(type.name) ?? { ...type, arguments: type.arguments.map(inner) };
    case 'object':
      return {
        ...type,
        properties: type.properties.map((property) => ({ ...property, type: inner(property.type) })),
      };
    case 'array':
      return { ...type, of: inner(type.of) };
    case 'union':
    case 'intersection':
      return { ...type, of: type.of.map(inner) };
    case 'indexed':
      return { ...type, object: inner(type.object), index: inner(type.index) };
    case 'function':
      return { ...type, returns: inner(type.returns) };
    default:
      return type;
  }
}

/** `user_accounts`, `UserAccount` and `IUserAccount` are one name. */
export function recordName(name: string): string {
  const plain = name
    .replace(/^I(?=[A-Z][a-z])/u, '')
    .replace(/[^A-Za-z0-9]/gu, '')
    .replace(/(?<=[a-z])(?:Entity|Record|Row|Model|Document|Schema)$/u, '')
    .toLowerCase();
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`;
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain;
}
