import type { Level } from '../../src/core/policy.ts';

/** Logs are forbidden at `level`, everything else is allowed. */
export function policyAt(level: Level): string {
  return `policy: test
title: The policy of the tests
defaults: { collect: allow, log: allow, share: allow, store: allow, expose: allow }
rules:
  - id: nothing-personal-in-logs
    promise: Logs hold nothing about people.
    clauses: [test-01]
    forbid: log
    data: user
    level: ${level}
    fix: Log the id of the account instead.
    examples:
      broken: |
        console.log(req.body.email);
      kept: |
        console.log('signed up');
`;
}
