/** Single-file components: what their code is made into, and where that stands. */
import { describe, expect, test } from 'vitest';
import { parse } from '../src/2-parse/parse.ts';
import { lower } from '../src/3-lower/lower.ts';
import { locate, type Span } from '../src/core/location.ts';
import { lowerText } from '../src/lower-files.ts';

/** The code that stands for the template, on one line. */
function codeOf(file: string, text: string): string {
  return parse(file, text).text.slice(text.length).replaceAll(/\s+/gu, ' ').trim();
}

const vue = (template: string, script = '') => codeOf('Some.vue', `<template>${template}</template>${script}`);
const svelte = (template: string, script = '') => codeOf('Some.svelte', script + template);

describe('a template of Vue', () => {
  test.each([
    ['text and comments', 'a {{ }} <!-- {{ b }} -->', '<>{undefined}</>'],
    ['an expression', '{{ a < b }}', '<>{( a < b )}</>'],
    ['attributes', '<a id="x" :href="to" @click.stop="go"/>', '<><a id={"x"} href={(to )} onClick={(go )}></a></>'],
    ['statements', '<a @click="b = $event; c()"/>', '<><a onClick={($event) => {b = $event; c() }}></a></>'],
    ['a short binding', '<a :href/>', '<><a href={(href )}></a></>'],
    ['all of an object', '<a v-bind="rest"/>', '<><a {...(rest )}></a></>'],
    ['a condition', '<p v-if="a"/><p v-else/>', '<>{(a ) && <><p></p></>}{!(a ) && <><p></p></>}</>'],
    ['a loop', '<p v-for="(a, i) of as">{{ a }}</p>', '<>{(as ).map((a, i) => <><p>{( a )}</p></>)}</>'],
    ['a slot', '<x-y #b="{ c }">{{ c }}</x-y>', '<><x-y>{({ c }) => <>{( c )}</>}</x-y></>'],
    [
      'a model',
      '<input v-model="a.b">',
      '<><input value={(a.b )} onInput={($event) => {a.b = $event.target.value;}}></input></>',
    ],
    ['a model of nothing', '<input v-model="a()">', '<><input value={(a() )}></input></>'],
    ['what is no name', '<p :[a]="b" (c)="d" 1="2"/>', '<><p></p></>'],
    ['tags left open', '<p><b>{{ a }}</p></i>', '<><p><b>{( a )}</b></p></>'],
    ['nothing', '', '<></>'],
  ])('%s', (_, template, expected) => {
    const code = vue(template);
    expect(code.slice(code.indexOf('<>'), code.lastIndexOf('</>') + 3)).toBe(expected);
  });

  test('names are those of the script, without the box; others are given to the component', () => {
    const script = `<script setup>
import Card from './Card.vue';
const box = ref(1), plain = 1;
const props = defineProps(['given']);
</script>`;
    const code = vue('<Card :a="{ box, plain, given: box.box }" @b="box = given + Math.max(plain)"/>', script);
    expect(code).toBe(
      'export default function Some(attributes) { let { given } = attributes; (props = attributes); return <>' +
        '<Card a={({ box: (box.value ?? box), plain, given: (box.value ?? box).box } )} ' +
        'onB={($event) => {box.value = given + Math.max(plain) }}></Card></>; }',
    );
  });

  test('a component of the older kind keeps its own export', () => {
    expect(vue('{{ a }}', '<script>export default { data() { return { a: 1 }; } }</script>')).toMatch(
      /^function Some\(/u,
    );
  });

  test('in another language is not read', () => {
    expect(codeOf('a.vue', '<template lang="pug">\np {{ a }}\n</template>')).toContain('return <></>');
  });
});

describe('a template of Svelte', () => {
  test.each([
    [
      'expressions and attributes',
      '{a}<p {b} {...c} id="x{d}y"/>',
      "<>{(a )}<p b={(b )} {...(c )} id={'' + (d )}></p></>",
    ],
    ['events, old and new', '<a on:click|once={b} onkeyup={c}/>', '<><a onClick={(b )} onKeyup={(c )}></a></>'],
    ['a brace in a string', "{'}'}", "<>{('}' )}</>"],
    [
      'conditions',
      '{#if a}1{:else if b}{c}{:else}{d}{/if}',
      '<>{(a ) && <></>}{!(a ) && (b ) && <>{(c )}</>}{!(a ) && !(b ) && <>{(d )}</>}</>',
    ],
    ['a loop', '{#each as as a, i (a.id)}{a}{/each}', '<>{(as ).map((a, i ) => <>{(a )}</>)}</>'],
    ['a promise', '{#await a}{:then b}{b}{/await}', '<>{<></>}{(a ).then((b) => <>{(b )}</>)}</>'],
    ['a name', '{#if a}{@const b = a.c}{b}{/if}', '<>{(a ) && <>{[( a.c )].map((b ) => <>{(b )}</>)}</>}</>'],
    ['a snippet', '{#snippet a(b)}{b}{/snippet}{@render a(c)}', '<>{((b) => <>{(b )}</>)}{(a(c) )}</>'],
    ['blocks left open', '{#if a}{#each b as c}', '<>{(a ) && <>{(b ).map((c) => <></>)}</>}</>'],
    ['blocks that close nothing', '{/if}{:else}a', '<></>'],
  ])('%s', (_, template, expected) => {
    const code = svelte(template);
    expect(code.slice(code.indexOf('<>'), code.lastIndexOf('</>') + 3)).toBe(expected);
  });

  test('what a parent gives is said by exports, and by what $props() gives', () => {
    expect(svelte('', '<script>export let a = 1;</script>')).toContain('(a = props.a);');
    expect(svelte('', '<script lang="ts">let { a, b = 2 }: P = $props();</script>')).toContain(
      '({ a, b = 2 } = props);',
    );
  });
});

describe('places', () => {
  const text = `<script>
const report = (it) => log(it);
</script>
<template>
  <p>{{ title }}</p>
  <button
    @click="report(
      user.email)" />
</template>
`;

  test('are those of the file', () => {
    const parsed = parse('a.vue', text);
    const facts = lower('a.vue', parsed.text, parsed.tree, parsed.syntaxErrors, parsed.component);
    const calls = facts.functions.flatMap(({ operations }) => operations.filter(({ kind }) => kind === 'call'));
    const places = calls.map((call) => locate('a.vue', facts.lineStarts, (call as { span: Span }).span));
    expect(places.map(({ line, column, endLine, endColumn }) => [line, column, endLine, endColumn])).toEqual([
      [7, 13, 8, 18],
      [2, 24, 2, 31],
    ]);
    expect(parsed.syntaxErrors).toEqual([]);
  });

  test('an expression that is none is named by its line, and the rest is read', () => {
    const broken = text.replace('title', 'title +');
    const facts = lowerText('a.vue', broken);
    expect('syntaxErrors' in facts && facts.syntaxErrors).toEqual([broken.indexOf(' title +')]);
    expect('functions' in facts && facts.functions.length).toBeGreaterThan(2);
  });
});

describe('a hostile component costs little', () => {
  const MANY = 50_000;
  test.each([
    ['tags', '<a>'.repeat(MANY)],
    ['tags that are never closed, and others closed', '<a>'.repeat(MANY) + '</b>'.repeat(MANY)],
    ['comments', '<!--'.repeat(MANY)],
    ['beginnings of tags', '<a '.repeat(MANY)],
    ['attributes', `<a ${'b="'.repeat(MANY)}`],
    ['quotes', `<a b=${"'".repeat(MANY)}`],
    ['braces', '{'.repeat(MANY)],
    ['blocks', '{#if a}'.repeat(2000)],
    ['expressions', '{{ a }}'.repeat(2000)],
    ['arrows', `{{ ${'a=>'.repeat(2000)} }}`],
    ['words', `<p v-for="${'a in '.repeat(5000)}">`],
  ])('%s', { timeout: 20_000 }, (_, text) => {
    for (const file of ['a.vue', 'a.svelte']) {
      const lowered = lowerText(file, `<template>${text}</template>`);
      expect('functions' in lowered || lowered.code).toBeTruthy();
    }
  });
});
