/** XML 1.0, written: elements with attributes, children and text. */
import { display } from '../display.ts';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Elements, or lines of text. */
  readonly content: readonly (Element | string)[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** What the grammar of XML 1.0 has no place for (§2.2 Char) and `display` lets through. */
const NO_CHARACTER = /[\ufffe\uffff]/gu;

/** The document with its declaration, two spaces per level. */
export function printXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${printElement(root, '')}\n`;
}

function printElement({ name, attributes, content }: Element, margin: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `${margin}<${name}${written.join('')}`;
  if (content.length === 0) return `${start}/>`;
  const lines = content.map((part) => {
    return typeof part === 'string' ? escaped(part) : printElement(part, `${margin}  `);
  });
  // White space around text would be part of it.
  const text = content.every((part) => typeof part === 'string');
  return text ? `${start}>${lines.join('\n')}</${name}>` : `${start}>\n${lines.join('\n')}\n${margin}</${name}>`;
}

function escaped(text: string): string {
  return display(text, 2000)
    .replace(NO_CHARACTER, '\ufffd')
    .replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}
