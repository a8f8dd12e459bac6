/** How long a run and its parts took. */
export interface Clock {
  /** Ends a part of the run. */
  lap(part: string): void;
  /** One line for each part. */
  laps(): string[];
  seconds(): number;
}

export function startClock(): Clock {
  const start = performance.now();
  const laps: { readonly part: string; readonly end: number }[] = [];
  return {
    lap: (part) => laps.push({ part, end: performance.now() }),
    laps: () =>
      laps.map(({ part, end }, index) => {
        const seconds = (end - (laps[index - 1]?.end ?? start)) / 1000;
        return `${part.padEnd(8)}${seconds.toFixed(3).padStart(9)} s`;
      }),
    seconds: () => (performance.now() - start) / 1000,
  };
}
