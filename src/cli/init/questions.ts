/** Questions to a person at a terminal. They go to standard error; when the person leaves, the defaults hold. */
import { createInterface } from 'node:readline';

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
  let lines: Lines | null = null;
  const ask = async (question: string) => {
    // Opened late: until then a scan writes its progress to the terminal.
    lines ??= readLines();
    return (await lines.next(question)).trim();
  };
  return {
    text: async (question, fallback) => (await ask(`${question} [${fallback}] `)) || fallback,
    confirm: async (question, fallback) => {
      const answer = await ask(`${question} [${fallback ? 'Y/n' : 'y/N'}] `);
      return answer === '' ? fallback : /^y/iu.test(answer);
    },
    close: () => lines?.close(),
  };
}

interface Lines {
  /** The next line that is typed, after a prompt; empty when the person has left. */
  next(prompt: string): Promise<string>;
  close(): void;
}

/** Lines are kept until somebody asks for them: people type ahead. */
function readLines(): Lines {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed: string[] = [];
  let left = false;
  let answer: ((line: string) => void) | null = null;
  const give = (line: string) => {
    const waiting = answer;
    answer = null;
    if (waiting) waiting(line);
    else typed.push(line);
  };
  terminal.on('line', give);
  terminal.once('close', () => {
    left = true;
    answer?.('');
  });
  return {
    next: (prompt) => {
      const ready = typed.shift();
      if (ready !== undefined) process.stderr.write(`${prompt}\n`);
      if (ready !== undefined || left) return Promise.resolve(ready ?? '');
      terminal.setPrompt(prompt);
      terminal.prompt();
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    close: () => terminal.close(),
  };
}
