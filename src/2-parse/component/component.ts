/**
 * Single-file components: their scripts and what their templates do, as one module.
 *
 * In:       the text of a `.vue` or `.svelte` file.
 * Out:      a tree as of any other module: the statements of the scripts, each at its own offset, and a function that is
 *           the component. It takes what the component is given, and its body is the template, as JSX.
 * Promises: offsets behind the file's end are of code that is not in it; `placeOf` says where each of them stands.
 * Gives up: templates in other languages, and an expression at a time.
 */
import { ts } from '#compiler';
import { type ParsedFile, syntaxErrorsOf } from '../parsed-file.ts';
import { isParameters, type Names } from './expressions.ts';
import { GeneratedCode } from './generated.ts';
import { JsxWriter, pascalCase } from './jsx-writer.ts';
import { type MarkupElement, type MarkupNode, readMarkup } from './markup.ts';
import { readScript, type Script } from './script.ts';
import { writeSvelteNodes } from './svelte.ts';
import { writeVueNodes } from './vue.ts';

interface Kind {
  readonly delimiters: Parameters<typeof readMarkup>[1];
  readonly write: typeof writeVueNodes;
  /** The nodes of the template, of those at the top of the file. */
  readonly template: (nodes: readonly MarkupNode[]) => readonly MarkupNode[];
  /** Whether names that a call gave may be read in the template without their `.value`. */
  readonly boxes: boolean;
}

const isElement = (node: MarkupNode, name: string): node is MarkupElement =>
  node.kind === 'element' && node.name === name;

const VUE: Kind = {
  delimiters: { open: '{{', close: '}}', braces: false },
  write: writeVueNodes,
  template: (nodes) => nodes.flatMap((node) => (isElement(node, 'template') ? node.children : [])),
  boxes: true,
};

const SVELTE: Kind = {
  delimiters: { open: '{', close: '}', braces: true },
  write: writeSvelteNodes,
  template: (nodes) => nodes.filter((node) => !isElement(node, 'script') && !isElement(node, 'style')),
  boxes: false,
};

export function isComponentFile(file: string): boolean {
  return /\.(?:vue|svelte)$/.test(file);
}

export function parseComponent(file: string, text: string): ParsedFile {
  const kind = file.endsWith('.vue') ? VUE : SVELTE;
  const nodes = readMarkup(text, kind.delimiters);
  const script = readScript(text, nodes.filter((node) => isElement(node, 'script')) as MarkupElement[]);
  const { code, mistakes } = componentCode(file, script, kind, kind.template(nodes));
  const places = code.places(text.length);
  const whole = script.text + code.text;
  const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const template = ts.createSourceFile(file, ' '.repeat(text.length) + code.text, options, false, ts.ScriptKind.TSX);
  return {
    file,
    text: whole,
    tree: joined(script.tree, template),
    syntaxErrors: [...script.syntaxErrors, ...mistakes, ...syntaxErrorsOf(template).map(places)].sort((a, b) => a - b),
    component: { source: text, placeOf: places },
  };
}

/** One tree with the statements of both: offsets of the second begin behind the first. */
function joined(tree: ts.SourceFile, other: ts.SourceFile): ts.SourceFile {
  const statements = ts.factory.createNodeArray([...tree.statements, ...other.statements]);
  return Object.assign(tree, { statements, end: other.end });
}

function componentCode(
  file: string,
  script: Script,
  kind: Kind,
  nodes: readonly MarkupNode[],
): { code: GeneratedCode; mistakes: readonly number[] } {
  const given = ['props', 'attributes', '$attributes'].find((name) => !script.declared.has(name)) ?? '$given';
  const names: Names = { declared: script.declared, boxed: kind.boxes ? script.boxed : new Set(), given: new Set() };
  const writer = new JsxWriter(new GeneratedCode(), names);
  kind.write(nodes, writer, new Set());
  const code = new GeneratedCode();
  const name = nameOf(file, script.declared);
  code.add(`\n${script.hasDefault ? '' : 'export default '}function ${name}(${given}`, 0);
  if (script.propertiesType) code.add(': ').copy(script.propertiesType.text, script.propertiesType.start);
  code.add(') {\n');
  const taken = [...names.given].filter((each) => isParameters(each));
  if (taken.length > 0) code.add(`let { ${taken.join(', ')} } = ${given};\n`);
  for (const { text, start, property } of script.properties) {
    code
      .add('(', start)
      .copy(text, start)
      .add(` = ${given}${property ? `.${property}` : ''});\n`);
  }
  code
    .add('return <>', nodes[0]?.start ?? 0)
    .append(writer.code)
    .add('</>;\n}\n');
  return { code, mistakes: writer.mistakes };
}

/** The component is called as its file is, unless the script has another use for that name. */
function nameOf(file: string, declared: ReadonlySet<string>): string {
  const base = pascalCase(file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '')).replace(/[^\w$]/g, '');
  const name = /^[A-Za-z_$]/.test(base) ? base : `Component${base}`;
  return declared.has(name) ? `${name}Component` : name;
}
