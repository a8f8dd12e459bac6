import { describe, expect, test } from 'vitest';
import { parse } from '../src/2-parse/parse.ts';
import { lower } from '../src/3-lower/lower.ts';
import type { CallOperation, FileFacts, Operation } from '../src/core/facts.ts';
import { positionAt } from '../src/core/location.ts';
import { printClass, printFunctions, printOperations, printType } from './support/print-facts.ts';

function lowered(source: string, file = 'a.ts'): FileFacts {
  const { text, tree, syntaxErrors } = parse(file, source);
  return lower(file, text, tree, syntaxErrors);
}

/** All functions of a program. */
function functionsOf(source: string, file?: string): string {
  return printFunctions(lowered(source, file));
}

/** The operations of the function the program declares first. */
function bodyOf(source: string, file?: string): string {
  const facts = lowered(source, file);
  const [, first] = facts.functions;
  return first ? printOperations(first, facts).join('\n') : '';
}

/** The operations of the module itself. */
function moduleOf(source: string, file?: string): string {
  const facts = lowered(source, file);
  return facts.functions[0] ? printOperations(facts.functions[0], facts).join('\n') : '';
}

function classesOf(source: string): string {
  return lowered(source).classes.map(printClass).join('\n');
}

describe('assignments', () => {
  test('a variable is in the register it was last assigned, and a call may change what it is passed', () => {
    expect(bodyOf('function f(user) { let who = user.email; log(who); who = "x"; log(who); }')).toMatchInlineSnapshot(`
      "2 = get 1 .email
      3 = bind 2 as who
      4 = global log
      5 = call 4 (3)
      6 = after 3 call 5 argument 0
      7 = set 1 .email 6
      8 = 'x'
      9 = global log
      10 = call 9 (8)
      11 = after 8 call 10 argument 0
      12 = nothing
      return 12 (0 → 7)"
    `);
  });

  test('a write makes a new version of the object, and of the object it was read from', () => {
    expect(bodyOf('function f(o) { const inner = o.a; inner.b = 1; use(o); }')).toMatchInlineSnapshot(`
      "2 = get 1 .a
      3 = bind 2 as inner
      4 = 1
      5 = set 3 .b 4
      6 = set 1 .a 5
      7 = global use
      8 = call 7 (6)
      9 = after 6 call 8 argument 0
      10 = nothing
      return 10 (0 → 9)"
    `);
  });

  test('two names of one object see each other’s writes', () => {
    expect(bodyOf('function f(user) { const same = user; same.email = 1; send(user); }')).toMatchInlineSnapshot(`
      "2 = bind 1 as same
      3 = 1
      4 = set 2 .email 3
      5 = global send
      6 = call 5 (4)
      7 = after 4 call 6 argument 0
      8 = nothing
      return 8 (0 → 7)"
    `);
  });

  test('computed keys, deletion, compound and logical assignment', () => {
    expect(
      bodyOf('function f(o) { o["c"] = 2; o[key()] = 3; delete o.a; o.n++; o.total += o.n; o.x ??= 4; return o; }'),
    ).toMatchInlineSnapshot(`
      "2 = 2
      3 = set 1 .c 2
      4 = 3
      5 = global key
      6 = call 5 ()
      7 = set 3 [6] 4
      8 = delete 7 .a
      9 = nothing
      10 = get 8 .n
      11 = set 8 .n 10
      12 = get 11 .total
      13 = get 11 .n
      14 = derive concatenation 12, 13
      15 = set 11 .total 14
      16 = get 15 .x
      17 = 4
      18 = phi 16, 17
      19 = set 15 .x 18
      return 19 (0 → 19)"
    `);
  });

  test('an undeclared name is a property of the global object', () => {
    expect(moduleOf('location = url;')).toMatchInlineSnapshot(`
      "0 = global url
      1 = global globalThis
      2 = set 1 .location 0"
    `);
  });
});

describe('branches', () => {
  test('branches meet in a phi', () => {
    expect(
      bodyOf('function greet(user) { let who = user.email; if (user.vip) who = "you"; console.log(who); }'),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .email
      3 = bind 2 as who
      4 = get 1 .vip
      6 = 'you'
      8 = phi 6, 3
      9 = global console
      10 = get 9 .log
      11 = call 10 (8) on 9
      12 = after 8 call 11 argument 0"
    `);
  });

  test('a branch that returns takes no part, and its test guards what follows', () => {
    expect(
      bodyOf('function f(a) { let x; if (a.b) { x = 1; } else if (a.c) { x = 2; } else { return; } log(x); }'),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .b
      4 = 1
      5 = refine 1 not variant b true
      6 = get 5 .c
      8 = 2
      10 = nothing
      return 10 {!2 !6}
      12 = phi 4, 8
      13 = global log
      14 = call 13 (12)
      15 = after 12 call 14 argument 0"
    `);
  });

  test('an object that only one branch writes to stays one object', () => {
    expect(bodyOf('function f(user) { if (user.ok) send(user); user.email = "x"; }')).toMatchInlineSnapshot(`
      "2 = get 1 .ok
      3 = refine 1 variant ok true
      4 = global send
      5 = call 4 (3) {2}
      6 = after 3 call 5 argument 0
      7 = refine 1 not variant ok true
      8 = phi 6, 7
      9 = 'x'
      10 = set 8 .email 9
      11 = nothing
      return 11 (0 → 10)"
    `);
  });

  test('a conditional expression is a phi of its arms, which are guarded', () => {
    expect(bodyOf('function f(u) { return u.ok ? send(u.email) : skip(); }')).toMatchInlineSnapshot(`
      "2 = get 1 .ok
      3 = refine 1 variant ok true
      4 = global send
      5 = get 3 .email
      6 = call 4 (5) {2}
      7 = after 5 call 6 argument 0
      8 = set 3 .email 7 {2}
      return 6 (0 → 8) {2}
      10 = global skip
      11 = call 10 () {!2}
      return 11 {!2}"
    `);
  });

  test('a case falls through to the next, which then holds for two reasons', () => {
    expect(
      bodyOf(`function f(kind) {
        let x = 'none';
        switch (kind) {
          case 'a': x = 'A';
          case 'b': log(x); break;
          case 'c': x = 'C'; return x;
          default: x = 'D';
        }
        log(x);
      }`),
    ).toMatchInlineSnapshot(`
      "2 = 'none'
      3 = 'a'
      4 = test === 1, 3
      6 = 'A'
      7 = phi 6, 2
      8 = 'b'
      9 = test === 1, 8
      10 = global log
      11 = call 10 (7)
      12 = after 7 call 11 argument 0
      13 = 'c'
      14 = test === 1, 13
      16 = 'C'
      return 16 {14}
      17 = 'D'
      18 = phi 12, 17
      19 = global log
      20 = call 19 (18)
      21 = after 18 call 20 argument 0"
    `);
  });

  test('without a default, a switch may do nothing', () => {
    expect(
      bodyOf('function f(k, u) { let x = u.email; switch (k) { case 1: x = ""; } log(x); }'),
    ).toMatchInlineSnapshot(`
      "3 = get 2 .email
      4 = bind 3 as x
      5 = 1
      6 = test === 1, 5
      8 = ''
      9 = phi 8, 4
      10 = global log
      11 = call 10 (9)
      12 = after 9 call 11 argument 0"
    `);
  });
});

describe('loops', () => {
  test('what one turn leaves, the next one sees', () => {
    expect(
      bodyOf(
        'function f(list) { let last = null; for (const item of list) { log(last); last = item.email; } return last; }',
      ),
    ).toMatchInlineSnapshot(`
      "2 = nothing
      3 = bind 2 as last
      4 = phi 0
      5 = phi 1
      6 = phi 3, 11
      7 = iterate values 1
      8 = global log
      9 = call 8 (6)
      10 = after 6 call 9 argument 0
      11 = get 7 .email
      12 = phi 6, 11
      return 12"
    `);
  });

  test('a break leaves with what it has; the condition holds inside', () => {
    expect(
      bodyOf('function f(n) { let i = 0; while (i < n) { if (stop(i)) break; i += 1; } log(i); }'),
    ).toMatchInlineSnapshot(`
      "2 = 0
      3 = phi 0
      4 = phi 1
      5 = phi 2, 11
      6 = test < 5, 4
      7 = global stop
      8 = call 7 (5) {6}
      9 = after 5 call 8 argument 0
      10 = 1
      11 = derive concatenation 9, 10
      12 = phi 9, 5, 11
      13 = global log
      14 = call 13 (12)
      15 = after 12 call 14 argument 0"
    `);
  });

  test('a do loop runs once at least, also to continue', () => {
    expect(
      bodyOf(
        'function f(n) { let seen = ""; do { seen = next(); if (!seen) continue; } while (seen !== n); log(seen); }',
      ),
    ).toMatchInlineSnapshot(`
      "2 = ''
      3 = phi 0
      4 = phi 1
      5 = phi 2, 7, 9
      6 = global next
      7 = call 6 ()
      8 = test ! 7
      9 = refine 7 absent
      10 = test !== 7, 4
      11 = phi 7, 9
      12 = global log
      13 = call 12 (11) {!10}
      14 = after 11 call 13 argument 0"
    `);
  });

  test('labels say which loop is left', () => {
    expect(
      moduleOf(
        'outer: for (const a of list) { for (const b of a) { if (b) continue outer; if (a) break outer; use(b); } }',
      ),
    ).toMatchInlineSnapshot(`
      "0 = global list
      1 = iterate values 0
      2 = phi 1
      3 = iterate values 1
      5 = refine 3 absent
      8 = global use
      9 = call 8 (5) {!3 !2}
      10 = after 5 call 9 argument 0
      11 = phi 2, 1
      12 = phi 5, 10, 3"
    `);
  });

  test('counting loops and keys', () => {
    expect(
      moduleOf('for (let i = 0; i < n; i++) use(list[i]); for (const k in object) use(k);'),
    ).toMatchInlineSnapshot(`
      "0 = 0
      1 = phi 0
      2 = global n
      3 = test < 1, 2
      4 = global use
      5 = global list
      6 = get 5 [1]
      7 = call 4 (6) {3}
      8 = global object
      9 = iterate keys 8
      10 = global use
      11 = call 10 (9) {!3}
      12 = after 9 call 11 argument 0"
    `);
  });

  test('a var of a block or a loop is the function’s', () => {
    expect(
      moduleOf('if (x) { var inner = 2; } for (var i = 0; more(); i++) { } use(inner, i);'),
    ).toMatchInlineSnapshot(`
      "0 = global x
      1 = 2
      2 = 0
      3 = phi 2
      4 = phi 1
      5 = global more
      6 = call 5 ()
      7 = global use
      8 = call 7 (1, 2) {!6}
      9 = after 1 call 8 argument 0
      10 = after 2 call 8 argument 1"
    `);
  });
});

describe('errors', () => {
  test('a catch sees any version of a variable, and what the block throws itself or through calls', () => {
    expect(
      bodyOf(`function f(u) {
        let x = u.a;
        try { x = risky(u); throw new Oops(u.email); } catch (error) { log(error, x); } finally { done(x); }
        return x;
      }`),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .a
      3 = bind 2 as x
      4 = global risky
      5 = call 4 (1)
      6 = after 1 call 5 argument 0
      7 = global Oops
      8 = get 6 .email
      9 = new 7 (8)
      10 = after 8 call 9 argument 0
      11 = set 6 .email 10
      12 = phi 1, 6, 11
      13 = phi 3, 5
      14 = catch thrown 9, calls 5, 9
      15 = global log
      16 = call 15 (14, 13)
      17 = after 14 call 16 argument 0
      18 = after 13 call 16 argument 1
      19 = global done
      20 = call 19 (18)
      21 = after 18 call 20 argument 0
      return 21 (0 → 12)"
    `);
  });

  test('without a catch, the finally block follows and errors leave', () => {
    expect(
      bodyOf('function f(u) { try { if (!u) throw new Gone(u); risky(u); } finally { done(u); } }'),
    ).toMatchInlineSnapshot(`
      "2 = test ! 1
      3 = refine 1 absent
      4 = global Gone
      5 = new 4 (3) {!1}
      6 = after 3 call 5 argument 0
      throw 5 {!1}
      7 = global risky
      8 = call 7 (1) {1}
      9 = after 1 call 8 argument 0
      10 = global done
      11 = call 10 (9)
      12 = after 9 call 11 argument 0
      13 = nothing
      return 13 (0 → 12)"
    `);
  });

  test('calls in a try without a catch concern the try around it', () => {
    expect(
      bodyOf('function f(u) { try { try { risky(u); } finally { done(); } } catch (e) { log(e); } }'),
    ).toMatchInlineSnapshot(`
      "2 = global risky
      3 = call 2 (1)
      4 = after 1 call 3 argument 0
      5 = global done
      6 = call 5 ()
      7 = phi 1, 4
      8 = catch thrown none, calls 3, 6
      9 = global log
      10 = call 9 (8)
      11 = after 8 call 10 argument 0
      12 = phi 4, 7
      13 = nothing
      return 13 (0 → 12)"
    `);
  });
});

describe('guards', () => {
  test('an early return guards all that follows', () => {
    expect(bodyOf('function f(u) { if (!u.consent) return; send(u.email); }')).toMatchInlineSnapshot(`
      "2 = get 1 .consent
      3 = test ! 2
      5 = nothing
      return 5 {!2}
      7 = refine 1 variant consent true
      8 = global send
      9 = get 7 .email
      10 = call 8 (9) {2}
      11 = after 9 call 10 argument 0
      12 = set 7 .email 11 {2}
      13 = nothing
      return 13 (0 → 12) {2}"
    `);
  });

  test('and, or, not are taken apart as far as they say something', () => {
    expect(
      bodyOf(`function f(u) {
        if (u.adult && u.consent) both(); else notBoth();
        if (!u.a || u.b) return;
        if (u.c || u.d) either();
        onlyAandNotB();
      }`),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .adult
      3 = refine 1 variant adult true
      4 = get 3 .consent
      5 = phi 4
      8 = global both
      9 = call 8 () {4 2}
      10 = global notBoth
      11 = call 10 () {!5}
      12 = get 1 .a
      13 = test ! 12
      14 = refine 1 variant a true
      15 = get 14 .b
      16 = phi 13, 15
      17 = nothing
      return 17 {16}
      20 = refine 1 not variant b true
      21 = refine 20 variant a true
      22 = get 21 .c
      23 = refine 21 not variant c true
      24 = get 23 .d
      25 = phi 22, 24
      26 = global either
      27 = call 26 () {!15 12 25}
      30 = global onlyAandNotB
      31 = call 30 () {!15 12}"
    `);
  });

  test('an operand of a condition runs under those before it', () => {
    expect(
      bodyOf('function f(u) { u.ok && u.adult && send(u); u.no || other(); u.maybe ?? third(); }'),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .ok
      3 = refine 1 variant ok true
      4 = get 3 .adult
      5 = refine 3 variant adult true
      6 = global send
      7 = call 6 (5) {2 4}
      8 = after 5 call 7 argument 0
      9 = phi 8, 5
      10 = phi 7
      11 = get 9 .no
      13 = global other
      14 = call 13 () {!11}
      15 = phi 11, 14
      16 = get 9 .maybe
      17 = global third
      18 = call 17 ()
      19 = phi 16, 18
      20 = nothing
      return 20 (0 → 9)"
    `);
  });

  test('a condition with a name says the same', () => {
    expect(
      bodyOf('function f(u) { const allowed = u.adult && u.consent; if (!allowed) return; send(); }'),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .adult
      3 = refine 1 variant adult true
      4 = get 3 .consent
      5 = phi 4
      6 = bind 5 as allowed
      7 = test ! 6
      9 = nothing
      return 9 {!6}
      14 = global send
      15 = call 14 () {4 2}"
    `);
  });

  test('a long condition costs as much as it is long', () => {
    const operands = Array.from({ length: 2000 }, (_, index) => `a${index}`);
    const { functions } = lowered(operands.join(' && '));
    expect(functions[0]?.guards).toHaveLength(operands.length - 1);
  });

  test('guards end with their block', () => {
    expect(bodyOf('function f(u) { { if (!u.ok) return; inside(); } outside(); }')).toMatchInlineSnapshot(`
      "2 = get 1 .ok
      3 = test ! 2
      5 = nothing
      return 5 {!2}
      8 = global inside
      9 = call 8 () {2}
      10 = global outside
      11 = call 10 ()"
    `);
  });
});

describe('patterns', () => {
  test('names, nesting, rest; a name of its own is a hint', () => {
    expect(
      bodyOf('function f({ email: to, address: { city }, ...rest }) { send(to, city, rest); }'),
    ).toMatchInlineSnapshot(`
      "2 = get 1 .email
      3 = bind 2 as to
      4 = get 1 .address
      5 = get 4 .city
      6 = object { ...1 but email, address }
      7 = global send
      8 = call 7 (3, 5, 6)
      9 = after 3 call 8 argument 0
      10 = set 1 .email 9
      11 = after 5 call 8 argument 1
      12 = set 4 .city 11
      13 = set 1 .address 12
      14 = after 6 call 8 argument 2
      15 = nothing
      return 15 (0 → 10)"
    `);
  });

  test('arrays keep their holes, and a rest has places of its own', () => {
    expect(moduleOf('const [p, , q, ...others] = [a(), , b(), ...c()]; const [r] = others;')).toMatchInlineSnapshot(`
      "0 = global a
      1 = call 0 ()
      2 = nothing
      3 = global b
      4 = call 3 ()
      5 = global c
      6 = call 5 ()
      7 = array [1, 2, 4, ...6]
      8 = get 7 .0
      9 = get 7 .2
      10 = array [...7]
      11 = get 10 .0"
    `);
  });

  test('defaults are one of two values', () => {
    expect(
      bodyOf('function f(name = "anon", { age = 18 } = {}, ...more) { return [name, age, more]; }'),
    ).toMatchInlineSnapshot(`
      "4 = 'anon'
      5 = phi 1, 4
      6 = object {  }
      7 = phi 2, 6
      8 = get 7 .age
      9 = 18
      10 = phi 8, 9
      11 = array [5, 10, 3]
      return 11"
    `);
  });

  test('patterns that assign', () => {
    expect(
      moduleOf('let a, b; const c = {}; ({ a, x: b = 1, ...c.rest } = source()); [a, c.d] = list();'),
    ).toMatchInlineSnapshot(`
      "0 = object {  }
      1 = bind 0 as c
      2 = global source
      3 = call 2 ()
      4 = get 3 .a
      5 = get 3 .x
      6 = 1
      7 = phi 5, 6
      8 = object { ...3 but a, x }
      9 = set 1 .rest 8
      10 = global list
      11 = call 10 ()
      12 = get 11 .0
      13 = get 11 .1
      14 = set 9 .d 13"
    `);
  });
});

describe('closures', () => {
  test('what a closure reads or writes lives in a cell', () => {
    expect(
      functionsOf(`function outer(user) {
        let count = 0;
        const increase = () => { count = user.age; };
        increase();
        log(count);
        return function () { return count; };
      }`),
    ).toMatchInlineSnapshot(`
      "module()
        0 = function f1
      f1 outer(0 this, 1 user)
        store f1.user 1
        2 = 0
        store f1.count 2
        3 = function f2
        4 = call 3 ()
        5 = global log
        6 = load f1.count
        7 = call 5 (6)
        8 = after 6 call 7 argument 0
        store f1.count 8
        9 = function f3
        return 9
      f2 increase()
        0 = load f1.user
        1 = get 0 .age
        store f1.count 1
      f3 (anonymous)(0 this)
        1 = load f1.count
        return 1"
    `);
  });

  test('an arrow function has the this around it, a function has its own', () => {
    expect(
      functionsOf('function f() { return { d: () => this.e, m() { return this.n; }, get g() { return 5; } }; }'),
    ).toMatchInlineSnapshot(`
      "module()
        0 = function f1
      f1 f(0 this)
        store f1.this 0
        1 = function f2
        2 = function f3
        3 = function f4
        4 = call 3 ()
        5 = object { .d 1, .m 2, .g 4 }
        return 5
      f2 d()
        0 = load f1.this
        1 = get 0 .e
        return 1
      f3 m(0 this)
        1 = get 0 .n
        return 1
      f4 g(0 this)
        1 = 5
        return 1"
    `);
  });

  test('functions are there before their line, and can call themselves', () => {
    expect(
      functionsOf('run(); function run() { return later; } var later = function self(n) { return self(n); };'),
    ).toMatchInlineSnapshot(`
      "module()
        0 = function f1
        1 = call 0 ()
        2 = function f2
        store later 2
      f1 run(0 this)
        1 = load later
        return 1
      f2 self(0 this, 2 n)
        1 = function f2
        3 = call 1 (2)
        4 = after 2 call 3 argument 0
        return 3 (0 → 4)"
    `);
  });

  test('arguments are the parameters', () => {
    expect(bodyOf('function f(a, b) { return arguments[1]; }')).toMatchInlineSnapshot(`
      "3 = array [1, 2]
      4 = get 3 .1
      return 4"
    `);
  });
});

describe('classes', () => {
  const USERS = `class Base { greet() {} }
    @Injectable()
    export class Users<T> extends Base implements Port, Other<T> {
      static count = start();
      static { this.count = 2; }
      name = 'x';
      #secret?: string;
      handler = () => this.name;
      constructor(private readonly mail: Mailer, @Inject('k') public key: string, plain: number) {
        super(plain);
        this.ready = mail.ok;
      }
      get full(): string { return this.name; }
      set full(v) { this.name = v; }
      @Get(':id') find(@Param('id') id: string, dto: CreateUser) { return super.greet(dto); }
      abstract later(): void;
    }`;

  test('members, with parameter properties as fields', () => {
    expect(classesOf(USERS)).toMatchInlineSnapshot(`
      "class Base
        method greet f1
      class Users<T> extends Base implements Port, Other<T>
        static field count
        field name
        field #secret?: string
        field handler
        constructor constructor f2
        field mail: Mailer
        field key: string
        getter full: string f3
        setter full f4
        method find f5
        method later: () => void
        fields: f6"
    `);
  });

  test('constructors, initialisers, accessors, statics and decorators', () => {
    expect(functionsOf(USERS)).toMatchInlineSnapshot(`
      "module()
        0 = class Base
        1 = class Users extends 0
        store Users 1
        2 = global Injectable
        3 = call 2 ()
        decorate class 3
        4 = global Inject
        5 = 'k'
        6 = call 4 (5)
        decorate constructor(1) 6
        7 = global Get
        8 = ':id'
        9 = call 7 (8)
        decorate find 9
        10 = global Param
        11 = 'id'
        12 = call 10 (11)
        decorate find(0) 12
        13 = global start
        14 = call 13 ()
        15 = set 1 .count 14
        store Users 15
        16 = 2
        17 = set 15 .count 16
        store Users 17
        store Users 17
      f1 Base.greet(0 this)
      f2 Users.constructor(0 this, 1 mail: Mailer, 2 key: string, 3 plain: number)
        4 = set 0 .mail 1
        5 = set 4 .key 2
        6 = get 5 .super
        7 = call 6 (3) on 5
        8 = after 5 call 7 this
        9 = after 3 call 7 argument 0
        10 = get 1 .ok
        11 = set 8 .ready 10
        12 = nothing
        return 12 (this → 11, 2 → 9)
      f3 Users.full(0 this): string
        1 = get 0 .name
        return 1
      f4 Users.full(0 this, 1 v)
        2 = set 0 .name 1
        3 = nothing
        return 3 (this → 2)
      f5 Users.find(0 this, 1 id: string, 2 dto: CreateUser)
        3 = get 0 .super.greet
        4 = call 3 (2) on 0
        5 = after 0 call 4 this
        6 = after 2 call 4 argument 0
        return 4 (this → 5, 1 → 6)
      f6 Users.constructor(0 this)
        store f6.this 0
        1 = 'x'
        2 = set 0 .name 1
        store f6.this 2
        3 = function f7
        4 = set 2 .handler 3
        store f6.this 4
        5 = nothing
        return 5 (this → 4)
      f7 (anonymous)()
        0 = load f6.this
        1 = get 0 .name
        return 1"
    `);
  });

  test('names that every object has are names like any other', () => {
    expect(
      classesOf('class constructor { toString() {} __proto__ = 1; hasOwnProperty: string }'),
    ).toMatchInlineSnapshot(`
      "class constructor
        method toString f1
        field __proto__
        field hasOwnProperty: string
        fields: f2"
    `);
    expect(bodyOf('function toString(constructor) { return constructor.__proto__; }')).toMatchInlineSnapshot(`
      "2 = get 1 .__proto__
      return 2"
    `);
  });
});

describe('modules', () => {
  test('imports are read where they are used; exported variables are cells', () => {
    const facts = lowered(`
      import { log as say, type Level } from './log';
      import fallback, * as all from 'x';
      import legacy = require('legacy');
      say(fallback, all.y, legacy);
      export const a = 1;
      let b = 2;
      export { b as c, say as tell };
      export { d, e as default } from './d';
      export * from './e';
      export * as f from './f';
      export interface G {}
    `);
    expect(printFunctions(facts)).toMatchInlineSnapshot(`
      "module()
        0 = import log from './log'
        1 = import default from 'x'
        2 = import * from 'x'
        3 = get 2 .y
        4 = import * from 'legacy'
        5 = call 0 (1, 3, 4)
        6 = 1
        store a 6
        7 = 2
        store b 7"
    `);
    expect(facts.imports.map(({ local, imported, typeOnly }) => ({ local, imported, typeOnly }))).toEqual([
      { local: 'say', imported: 'log', typeOnly: false },
      { local: 'Level', imported: 'Level', typeOnly: true },
      { local: 'fallback', imported: 'default', typeOnly: false },
      { local: 'all', imported: '*', typeOnly: false },
      { local: 'legacy', imported: '*', typeOnly: false },
    ]);
    expect(facts.exports).toEqual([
      { exported: 'd', from: { specifier: './d', imported: 'd' } },
      { exported: 'default', from: { specifier: './d', imported: 'e' } },
      { exported: '*', from: { specifier: './e', imported: '*' } },
      { exported: 'f', from: { specifier: './f', imported: '*' } },
      { exported: 'a', local: 'a', cell: 0 },
      { exported: 'c', local: 'b', cell: 1 },
      { exported: 'tell', from: { specifier: './log', imported: 'log' } },
      { exported: 'G', local: 'G' },
    ]);
  });

  test('default exports of values, names and functions', () => {
    expect(moduleOf('export default make();')).toMatchInlineSnapshot(`
      "0 = global make
      1 = call 0 ()
      export default 1"
    `);
    expect(lowered('class User {}\nexport default User;').exports).toEqual([
      { exported: 'default', local: 'User', cell: 0 },
    ]);
    expect(lowered('export default function () {}').functions[0]?.operations.at(-1)).toMatchObject({
      kind: 'export',
      name: 'default',
    });
  });

  test('CommonJS', () => {
    expect(
      functionsOf(`
        const { y } = require('y');
        module.exports = { a: y };
        exports.b = y;
        module.exports.c = async () => import('./z');
        require(y);
      `),
    ).toMatchInlineSnapshot(`
      "module()
        0 = require 'y'
        1 = get 0 .y
        2 = object { .a 1 }
        export * 2
        export b 1
        3 = function f1
        export c 3
        4 = global require
        5 = call 4 (1)
        6 = after 1 call 5 argument 0
        7 = set 0 .y 6
      f1 (anonymous)()
        0 = require './z'
        return 0"
    `);
    expect(moduleOf('function g(exports) { exports.a = 1; }')).toMatchInlineSnapshot(`"0 = function f1"`);
  });

  test('namespaces and enums are objects; declared names are globals', () => {
    expect(
      moduleOf(
        'namespace N { export const a = one(); const b = 2; } enum E { A = "a", B } declare const gtag: any; gtag(N, E);',
      ),
    ).toMatchInlineSnapshot(`
      "0 = global one
      1 = call 0 ()
      2 = bind 1 as a
      3 = 2
      4 = object { .a 2 }
      5 = 'a'
      6 = nothing
      7 = object { .A 5, .B 6 }
      8 = global gtag
      9 = call 8 (4, 7)
      10 = after 4 call 9 argument 0
      11 = after 7 call 9 argument 1"
    `);
  });

  test('directives of files and functions', () => {
    const facts = lowered('"use server";\nexport async function save(): Promise<User> { "use cache"; }');
    expect(facts.directives).toEqual(['use server']);
    expect(printFunctions(facts)).toMatchInlineSnapshot(`
      "module()
        0 = function f1
        store save 0
        1 = 'use server'
      f1 save(0 this): Promise<User> 'use cache'
        1 = 'use cache'"
    `);
  });
});

describe('expressions', () => {
  test('texts, numbers, tests, assertions', () => {
    expect(
      bodyOf(
        `function f(a, b) {
          use(\`hi \${a.name}!\`, 'x' + a.email + b, a.age * 2, -a.age, tag\`q \${a.id}\`);
          use(a as User, <string>b, b!.c, a satisfies Row);
          return a === b || typeof a || a instanceof B;
        }`,
      ),
    ).toMatchInlineSnapshot(`
      "3 = global use
      4 = 'hi '
      5 = get 1 .name
      6 = '!'
      7 = derive template 4, 5, 6
      8 = 'x'
      9 = get 1 .email
      10 = derive concatenation 8, 9, 2
      11 = get 1 .age
      12 = 2
      13 = derive arithmetic 11, 12
      14 = get 1 .age
      15 = derive arithmetic 14
      16 = global tag
      17 = 'q ?'
      18 = get 1 .id
      19 = call 16 (17, 18)
      20 = after 18 call 19 argument 1
      21 = set 1 .id 20
      22 = call 3 (7, 10, 13, 15, 19)
      23 = global use
      24 = bind 21: User
      25 = get 2 .c
      26 = bind 21: Row
      27 = call 23 (24, 2, 25, 26)
      28 = after 24 call 27 argument 0
      29 = after 2 call 27 argument 1
      30 = test === 28, 29
      31 = test typeof 28
      32 = global B
      33 = test instanceof 28, 32
      34 = phi 30, 31, 33
      return 34 (0 → 28, 1 → 29)"
    `);
  });

  test('object literals and calls', () => {
    expect(
      moduleOf(
        'new Foo; new ns.Bar<User>(1, ...list); x.y?.[k](1)(2); void use({ ...a, b, ["c"]: 1, [d]: 2, "e-f": 3 }), 4;',
      ),
    ).toMatchInlineSnapshot(`
      "0 = global Foo
      1 = new 0 ()
      2 = global ns
      3 = get 2 .Bar
      4 = 1
      5 = global list
      6 = new 3<User> (4, ...5)
      7 = global x
      8 = get 7 .y
      9 = global k
      10 = get 8 [9]
      11 = 1
      12 = call 10 (11) on 8
      13 = 2
      14 = call 12 (13)
      15 = global use
      16 = global a
      17 = global b
      18 = 1
      19 = global d
      20 = 2
      21 = 3
      22 = object { ...16, .b 17, .c 18, [19] 20, .e-f 21 }
      23 = call 15 (22)
      24 = test typeof 23
      25 = 4"
    `);
  });

  test('JSX', () => {
    expect(
      functionsOf(
        `const C = ({ user, ...rest }) => <>
          <Form.Field name="email" value={user.email} {...rest} disabled />
          <input type="email" onChange={(e) => set(e.target.value)} />
          {user.ok && <b>{user.name} text</b>}
        </>;`,
        'a.tsx',
      ),
    ).toMatchInlineSnapshot(`
      "module()
        0 = function f1
      f1 C(0 (pattern))
        1 = get 0 .user
        2 = object { ...0 but user }
        3 = global Form
        4 = get 3 .Field
        5 = 'email'
        6 = get 1 .email
        7 = true
        8 = element 4 { .name 5, .value 6, ...2, .disabled 7 } []
        9 = 'email'
        10 = function f2
        11 = element input { .type 9, .onChange 10 } []
        12 = get 1 .ok
        13 = refine 1 variant ok true
        14 = get 13 .name
        15 = element b {  } [14] {12}
        16 = phi 15
        17 = array [8, 11, 16]
        return 17
      f2 (anonymous)(0 e)
        1 = global set
        2 = get 0 .target
        3 = get 2 .value
        4 = call 1 (3)
        5 = after 3 call 4 argument 0
        6 = set 2 .value 5
        7 = set 0 .target 6
        return 4 (0 → 7)"
    `);
  });

  test('generators yield elements, or hand on those of another; await is transparent', () => {
    expect(
      functionsOf(
        'function* g(xs) { yield xs.email; yield* xs; } async function h(u) { for await (const x of g(u)) log(x); return await u; }',
      ),
    ).toMatchInlineSnapshot(`
      "module()
        0 = function f1
        store g 0
        1 = function f2
      f1 g(0 this, 1 xs)
        2 = get 1 .email
        yield 2
        3 = nothing
        return 1
        4 = nothing
      f2 h(0 this, 1 u)
        2 = load g
        3 = call 2 (1)
        4 = after 1 call 3 argument 0
        5 = phi 0
        6 = phi 4
        7 = iterate values 3
        8 = global log
        9 = call 8 (7)
        10 = after 7 call 9 argument 0
        return 4 (0 → 4)"
    `);
  });
});

describe('types', () => {
  test('are read from the syntax alone', () => {
    const facts = lowered(`
      interface User<T> extends Base<T>, ns.Other { email: string; tags?: Array<T>; save(): Promise<void>; [key: string]: unknown }
      type Row = Pick<User, 'email' | 'id'> & readonly { a: [first: number, ...rest: string[]] }[];
      type Field = User['email'];
      type Inferred = z.infer<typeof schema>;
      type Handler = (request: Request) => Response;
    `);
    expect(
      facts.types.map(({ name, extends: parents, type }) => [name, ...parents.map(printType), printType(type)]),
    ).toEqual([
      ['User', 'Base<T>', 'ns.Other', '{ email: string; tags?: T[]; save: () => Promise<void> }'],
      ['Row', "(Pick<User, ('email' | 'id')> & { a: (number | string[])[] }[])"],
      ['Field', "User['email']"],
      ['Inferred', 'z.infer<typeof schema>'],
      ['Handler', '() => Response'],
    ]);
  });

  test('nest twelve deep at most', () => {
    const type = lowered(`type Deep = ${'Array<'.repeat(100)}string${'>'.repeat(100)};`).types[0]?.type;
    expect(type && printType(type)).toBe(`unknown${'[]'.repeat(12)}`);
  });
});

describe('places', () => {
  /** `line:column` of every call, as an editor shows it. */
  function callsIn(source: string): string[] {
    const facts = lowered(source);
    const calls = facts.functions
      .flatMap(({ operations }): readonly Operation[] => operations)
      .filter((operation): operation is CallOperation => operation.kind === 'call');
    return calls.map(({ name, span: [start] }) => {
      const { line, column } = positionAt(facts.lineStarts, start);
      return `${name} ${line}:${column}`;
    });
  }

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('lines end with %s', (_, end) => {
    expect(callsIn(['// one', 'a();', '/* two', ' */ b();', '  c();', ''].join(end))).toEqual([
      'a 2:1',
      'b 4:5',
      'c 5:3',
    ]);
  });

  test('U+2028 ends a comment, but no line', () => {
    expect(callsIn('// one\u2028a();\nb();')).toEqual(['a 1:8', 'b 2:1']);
    expect(callsIn('const s = "x\u2028y"; a();\nb();')).toEqual(['a 1:18', 'b 2:1']);
  });

  test('columns count UTF-16 units; wide spaces and a shebang are skipped', () => {
    expect(callsIn('"😀"; a();')).toEqual(['a 1:7']);
    expect(callsIn('\u3000\u00a0a();')).toEqual(['a 1:3']);
    expect(callsIn('#!/usr/bin/env node\na();')).toEqual(['a 2:1']);
  });

  test('a chain starts where its first line does', () => {
    expect(callsIn('x\n  .a()\n  .b();')).toEqual(['a 1:1', 'b 1:1']);
  });
});

describe('annotations', () => {
  test('apply to what starts after the comment', () => {
    const source = `interface A {
  /** The login. @personal user.contact.email */
  login: string;
  // @notPersonal
  nickname: string; // @personal
  other: string;
}`;
    const { annotations } = lowered(source);
    expect(annotations.map(({ offset, category }) => [source.slice(offset).split(/\W/)[0], category])).toEqual([
      ['login', 'user.contact.email'],
      ['nickname', null],
      ['other', 'user'],
    ]);
  });

  test('in a comment that never ends cost no more than its length', () => {
    const started = performance.now();
    expect(lowered(`@personal ${'/*'.repeat(200_000)}`).annotations).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('syntax errors', () => {
  test('are noted, and what can be read is lowered', () => {
    const facts = lowered('function f(u { log(u.email); }\nsend(x);');
    expect(facts.syntaxErrors.length).toBeGreaterThan(0);
    expect(printFunctions(facts)).toContain('.email');
    expect(printFunctions(facts)).toContain('global send');
  });
});
