import { ts } from '#compiler';
import type { PropertyFacts, TypeFacts } from '../core/facts.ts';
import type { FileLowering } from './file-lowering.ts';

/** Types nest without limit in generated code; nobody's personal data is declared deeper than this. */
const DEPTH = 12;
const UNKNOWN: TypeFacts = { kind: 'primitive', name: 'unknown' };

type TypeLowering = (node: never, file: FileLowering, depth: number) => TypeFacts;

const TYPES: Partial<Record<ts.SyntaxKind, TypeLowering>> = {
  [ts.SyntaxKind.TypeReference]: (node: ts.TypeReferenceNode, file, depth) =>
    reference(entityName(node.typeName), node.typeArguments, file, depth),
  [ts.SyntaxKind.ExpressionWithTypeArguments]: (node: ts.ExpressionWithTypeArguments, file, depth) =>
    heritage(node, file, depth),
  [ts.SyntaxKind.TypeQuery]: (node: ts.TypeQueryNode) => ({ kind: 'typeof', name: entityName(node.exprName) }),
  [ts.SyntaxKind.TypeLiteral]: (node: ts.TypeLiteralNode, file, depth) => ({
    kind: 'object',
    properties: propertiesOf(node.members, file, depth),
  }),
  [ts.SyntaxKind.ArrayType]: (node: ts.ArrayTypeNode, file, depth) => ({
    kind: 'array',
    of: lowerType(node.elementType, file, depth),
  }),
  [ts.SyntaxKind.TupleType]: (node: ts.TupleTypeNode, file, depth) => ({
    kind: 'array',
    of: { kind: 'union', of: node.elements.map((element) => lowerType(element, file, depth)) },
  }),
  [ts.SyntaxKind.UnionType]: (node: ts.UnionTypeNode, file, depth) => ({
    kind: 'union',
    of: node.types.map((type) => lowerType(type, file, depth)),
  }),
  [ts.SyntaxKind.IntersectionType]: (node: ts.IntersectionTypeNode, file, depth) => ({
    kind: 'intersection',
    of: node.types.map((type) => lowerType(type, file, depth)),
  }),
  [ts.SyntaxKind.IndexedAccessType]: (node: ts.IndexedAccessTypeNode, file, depth) => ({
    kind: 'indexed',
    object: lowerType(node.objectType, file, depth),
    index: lowerType(node.indexType, file, depth),
  }),
  [ts.SyntaxKind.LiteralType]: (node: ts.LiteralTypeNode) => literalType(node.literal),
  [ts.SyntaxKind.ParenthesizedType]: (node: ts.ParenthesizedTypeNode, file, depth) => lowerType(node.type, file, depth),
  [ts.SyntaxKind.TypeOperator]: (node: ts.TypeOperatorNode, file, depth) =>
    node.operator === ts.SyntaxKind.ReadonlyKeyword ? lowerType(node.type, file, depth) : UNKNOWN,
  [ts.SyntaxKind.OptionalType]: (node: ts.OptionalTypeNode, file, depth) => lowerType(node.type, file, depth),
  [ts.SyntaxKind.RestType]: (node: ts.RestTypeNode, file, depth) => lowerType(node.type, file, depth),
  [ts.SyntaxKind.NamedTupleMember]: (node: ts.NamedTupleMember, file, depth) => lowerType(node.type, file, depth),
  [ts.SyntaxKind.FunctionType]: (node: ts.FunctionTypeNode, file, depth) => ({
    kind: 'function',
    returns: lowerType(node.type, file, depth),
  }),
  [ts.SyntaxKind.ImportType]: (node: ts.ImportTypeNode, file, depth) =>
    node.qualifier ? reference(entityName(node.qualifier), node.typeArguments, file, depth) : UNKNOWN,
  [ts.SyntaxKind.StringKeyword]: () => ({ kind: 'primitive', name: 'string' }),
  [ts.SyntaxKind.NumberKeyword]: () => ({ kind: 'primitive', name: 'number' }),
  [ts.SyntaxKind.BooleanKeyword]: () => ({ kind: 'primitive', name: 'boolean' }),
  [ts.SyntaxKind.AnyKeyword]: () => ({ kind: 'primitive', name: 'any' }),
  [ts.SyntaxKind.VoidKeyword]: () => ({ kind: 'primitive', name: 'void' }),
};

function literalType(node: ts.LiteralTypeNode['literal']): TypeFacts {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return { kind: 'literal', text: node.text };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { kind: 'literal', text: 'true' };
  return node.kind === ts.SyntaxKind.FalseKeyword ? { kind: 'literal', text: 'false' } : UNKNOWN;
}

/** A type annotation as plain data. */
export function lowerType(node: ts.Node | undefined, file: FileLowering, depth = DEPTH): TypeFacts {
  if (!node || depth === 0) return UNKNOWN;
  const lowering = TYPES[node.kind] as ((node: ts.Node, file: FileLowering, depth: number) => TypeFacts) | undefined;
  return lowering ? lowering(node, file, depth - 1) : UNKNOWN;
}

/** As {@link lowerType}, but absent for types that say nothing. */
export function declaredType(node: ts.Node | undefined, file: FileLowering): { type?: TypeFacts } {
  if (!node) return {};
  const type = lowerType(node, file);
  return type === UNKNOWN ? {} : { type };
}

/** The properties of an interface or type literal. */
export function propertiesOf(members: readonly ts.TypeElement[], file: FileLowering, depth = DEPTH): PropertyFacts[] {
  return members.flatMap((member): PropertyFacts[] => {
    const name = member.name && propertyName(member.name);
    if (name === undefined) return [];
    const optional = member.questionToken !== undefined;
    if (ts.isPropertySignature(member) || ts.isGetAccessorDeclaration(member)) {
      return [{ name, type: lowerType(member.type, file, depth), optional, span: file.span(member) }];
    }
    if (ts.isMethodSignature(member)) {
      const type: TypeFacts = { kind: 'function', returns: lowerType(member.type, file, depth) };
      return [{ name, type, optional, span: file.span(member) }];
    }
    return [];
  });
}

/** `extends Base<T>`, `implements Port`: the name if it is one, `unknown` for a call such as `Mixin(Base)`. */
export function heritage(node: ts.ExpressionWithTypeArguments, file: FileLowering, depth = DEPTH): TypeFacts {
  const name = dottedName(node.expression);
  return name === undefined ? UNKNOWN : reference(name, node.typeArguments, file, depth);
}

function reference(
  name: string,
  typeArguments: readonly ts.TypeNode[] | undefined,
  file: FileLowering,
  depth: number,
): TypeFacts {
  const lowered = (typeArguments ?? []).map((argument) => lowerType(argument, file, depth));
  const [first] = lowered;
  if ((name === 'Array' || name === 'ReadonlyArray') && first) return { kind: 'array', of: first };
  return { kind: 'reference', name, arguments: lowered };
}

function entityName(node: ts.EntityName): string {
  const names: string[] = [];
  let at: ts.EntityName = node;
  while (ts.isQualifiedName(at)) {
    names.push(at.right.text);
    at = at.left;
  }
  names.push(at.text);
  return names.reverse().join('.');
}

/** `a.b.c` as written; undefined for anything else. */
export function dottedName(node: ts.Expression): string | undefined {
  const names: string[] = [];
  let at: ts.Expression = node;
  while (ts.isPropertyAccessExpression(at)) {
    names.push(at.name.text);
    at = at.expression;
  }
  if (!ts.isIdentifier(at)) return undefined;
  names.push(at.text);
  return names.reverse().join('.');
}

/** The text of a property's name; undefined when it is computed from something other than a literal. */
export function propertyName(node: ts.PropertyName): string | undefined {
  if (ts.isComputedPropertyName(node)) {
    return ts.isStringLiteralLike(node.expression) ? node.expression.text : undefined;
  }
  return node.text;
}
