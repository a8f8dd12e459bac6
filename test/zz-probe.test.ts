import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { lower } from '../src/3-lower/lower.ts';
import { parse } from '../src/2-parse/parse.ts';
import { printClass, printFunctions } from './support/print-facts.ts';
test('probe', () => {
  for (const part of readFileSync('/tmp/probe.txt', 'utf8').split('\n----\n')) {
    const { tree, syntaxErrors, text } = parse('a.tsx', part);
    const facts = lower('a.tsx', text, tree, syntaxErrors);
    console.log(`${part}\n=>\n${[...facts.classes.map(printClass), printFunctions(facts)].join('\n')}\nexports ${JSON.stringify(facts.exports)}`);
  }
});
