/** Questions to a person at a terminal. They go to standard error; when the person leaves, the defaults hold. */
import { createInterface } from 'node:readline/promises';

export interface Questions {
  /** The answer, or `fallback` when it is empty. */
  text(question: string, fallback: string): Promise<string>;
  confirm(question: string, fallback: boolean): Promise<boolean>;
  close(): void;
}

/** Whether somebody is there who could answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env['CI'];
}

/** Without `asking` every question is answered by its default, and nothing is printed. */
export function openQuestions(asking: boolean): Questions {
  if (!asking) {
    return {
      text: async (_, fallback) => fallback,
      confirm: async (_, fallback) => fallback,
      close: () => undefined,
    };
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  let left = false;
  const leaving = new Promise<string>((resolve) => {
    terminal.once('close', () => {
      left = true;
      resolve('');
    });
  });
  const ask = async (question: string) =>
    left ? '' : (await Promise.race([terminal.question(question), leaving])).trim();
  return {
    text: async (question, fallback) => (await ask(`${question} [${fallback}] `)) || fallback,
    confirm: async (question, fallback) => {
      const answer = await ask(`${question} [${fallback ? 'Y/n' : 'y/N'}] `);
      return answer === '' ? fallback : /^y/iu.test(answer);
    },
    close: () => terminal.close(),
  };
}
