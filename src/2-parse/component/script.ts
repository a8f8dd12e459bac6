/** The scripts of a single-file component, and which of their names the template can use. */
import { ts } from '#compiler';
import { syntaxErrorsOf } from '../parsed-file.ts';
import type { MarkupElement } from './markup.ts';

/** A variable or pattern that holds what the component is given; with `property`, one thing of it. */
interface GivenVariable {
  readonly text: string;
  readonly start: number;
  readonly property?: string;
}

export interface Script {
  /** The file with all but the scripts blanked. */
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly syntaxErrors: readonly number[];
  readonly declared: ReadonlySet<string>;
  /** What calls gave: it may be boxed, with the value in `.value`. */
  readonly boxed: ReadonlySet<string>;
  readonly hasDefault: boolean;
  readonly properties: readonly GivenVariable[];
  /** The type of what the component is given, where the script says it. */
  readonly propertiesType: { readonly text: string; readonly start: number } | undefined;
}

export function readScript(text: string, elements: readonly MarkupElement[]): Script {
  const code = blankedAround(text, elements);
  const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const tree = ts.createSourceFile('script', code, options, false, languageOf(elements));
  const gathered = new ScriptNames(code);
  for (const statement of tree.statements) gathered.statement(statement);
  return { text: code, tree, syntaxErrors: syntaxErrorsOf(tree), ...gathered };
}

function languageOf(elements: readonly MarkupElement[]): ts.ScriptKind {
  const languages = elements.map(({ attributes }) => attributes.find(({ name }) => name === 'lang')?.value);
  if (languages.includes('tsx')) return ts.ScriptKind.TSX;
  return languages.some((language) => language === 'ts' || language === 'typescript')
    ? ts.ScriptKind.TS
    : ts.ScriptKind.JSX;
}

/** Blanks keep every offset and line. */
function blankedAround(text: string, elements: readonly MarkupElement[]): string {
  let code = '';
  for (const { contentStart, contentEnd } of elements) {
    code += blank(text.slice(code.length, contentStart)) + text.slice(contentStart, contentEnd);
  }
  return code + blank(text.slice(code.length));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** The macros of the formats that stand for what the component is given. */
const GIVEN = new Set(['defineProps', 'withDefaults', '$props']);

class ScriptNames {
  readonly declared = new Set<string>();
  readonly boxed = new Set<string>();
  readonly properties: GivenVariable[] = [];
  hasDefault = false;
  propertiesType: { text: string; start: number } | undefined;
  readonly #code: string;

  constructor(code: string) {
    this.#code = code;
  }

  statement(node: ts.Statement): void {
    if (ts.isImportDeclaration(node)) this.#import(node.importClause);
    else if (ts.isVariableStatement(node)) this.#variables(node);
    else if (ts.isExportAssignment(node)) this.hasDefault = true;
    else if (ts.isExpressionStatement(node)) this.#given(node.expression, undefined);
    else if (
      (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) &&
      node.name
    ) {
      this.declared.add(node.name.text);
    }
  }

  #import(clause: ts.ImportClause | undefined): void {
    if (clause?.name) this.declared.add(clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings === undefined) return;
    if (ts.isNamespaceImport(bindings)) this.declared.add(bindings.name.text);
    else for (const { name } of bindings.elements) this.declared.add(name.text);
  }

  #variables(node: ts.VariableStatement): void {
    const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    for (const { name, initializer } of node.declarationList.declarations) {
      const names = boundNames(name);
      for (const each of names) this.declared.add(each);
      const isGiven = initializer !== undefined && this.#given(initializer, name);
      if (initializer && isCall(initializer) && !isGiven) for (const each of names) this.boxed.add(each);
      if (isExported && ts.isIdentifier(name)) {
        this.properties.push({ text: name.text, start: this.#start(name), property: name.text });
      }
    }
  }

  /** Whether the expression stands for what the component is given; then `name` holds it. */
  #given(expression: ts.Expression, name: ts.BindingName | undefined): boolean {
    if (!ts.isCallExpression(expression) || !ts.isIdentifier(expression.expression)) return false;
    if (!GIVEN.has(expression.expression.text)) return false;
    const inner = expression.expression.text === 'withDefaults' ? expression.arguments[0] : expression;
    const type = inner && ts.isCallExpression(inner) ? inner.typeArguments?.[0] : undefined;
    if (type) this.propertiesType = { text: this.#code.slice(type.pos, type.end), start: type.pos };
    if (name) this.properties.push({ text: this.#code.slice(this.#start(name), name.end), start: this.#start(name) });
    return true;
  }

  #start(node: ts.Node): number {
    return node.pos + (/^\s*/.exec(this.#code.slice(node.pos, node.end))?.[0].length ?? 0);
  }
}

function isCall(node: ts.Expression): boolean {
  return ts.isCallExpression(ts.isAwaitExpression(node) ? node.expression : node);
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}
