/** What is going on, in one line of the terminal that is gone when it is over. */
export interface Progress {
  /** `done` of `total`, where they can be counted. */
  show(stage: string, done?: number, total?: number): void;
  clear(): void;
}

interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const MILLISECONDS_BETWEEN = 100;
const CLEAR_LINE = '\r\u001b[2K';
const NO_PROGRESS: Progress = { show: () => undefined, clear: () => undefined };

/** Silent unless a person looks: not in a pipe, a log, a CI job or a terminal that cannot clear a line. */
export function startProgress(
  wanted: boolean,
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Progress {
  const { CI: ci, TERM: kind } = environment;
  if (!wanted || terminal.isTTY !== true || (ci !== undefined && ci !== '') || kind === 'dumb') return NO_PROGRESS;
  let shown = '';
  let next = 0;
  return {
    show: (stage, done, total) => {
      const line = total === undefined ? `${stage} …` : `${stage} ${done ?? 0}/${total} …`;
      const now = performance.now();
      const another = !shown.startsWith(stage);
      if (line === shown || (now < next && !another)) return;
      next = now + MILLISECONDS_BETWEEN;
      shown = line;
      terminal.write(CLEAR_LINE + line.slice(0, Math.max(0, (terminal.columns || 80) - 1)));
    },
    clear: () => {
      if (shown !== '') terminal.write(CLEAR_LINE);
      shown = '';
    },
  };
}
