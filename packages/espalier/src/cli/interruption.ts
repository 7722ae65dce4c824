/** What a shell reports for a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** How a run is stopped in order, and what is to happen before the process quits in the middle of it. */
export interface Stoppable {
  stop(): void;
  abandon(): void;
}

/**
 * Turns Ctrl-C and the request to terminate into an orderly stop of a run. Without a run, and at the second
 * signal, the process quits at once.
 */
export class Interruption {
  #run: Stoppable | undefined;
  #exitCode: number | undefined;

  /** Listens until {@link Interruption.end}. */
  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** What the process is to exit with; undefined where no signal came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** From now on the first signal stops the run. */
  protect(run: Stoppable): void {
    this.#run = run;
  }

  end(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const code = EXIT_CODES[signal as keyof typeof EXIT_CODES];
    if (this.#run === undefined || this.#exitCode !== undefined) {
      this.#run?.abandon();
      process.exit(code);
    }
    this.#exitCode = code;
    this.#run.stop();
  };
}
