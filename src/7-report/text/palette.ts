/** Colours by meaning. The level is explicit: chalk's own guess ignores NO_COLOR and looks at the wrong stream. */
import { Chalk } from 'chalk';
import type { Level } from '../../core/policy.ts';

type Paint = (text: string) => string;

export interface Palette {
  readonly level: Readonly<Record<Level, Paint>>;
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
}

/** The colours of the text format, or no colours at all. */
export function paletteOf(color: boolean): Palette {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    level: { error: chalk.red, warning: chalk.yellow, note: chalk.cyan },
    strong: chalk.bold,
    faint: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
  };
}
