/** What a shell reports for a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Turns Ctrl-C and the request to terminate into an orderly stop; the second one is not waited for. */
export class Interruption {
  #exitCode: number | undefined;
  readonly #onSignal: (signal: NodeJS.Signals) => void;

  /**
   * Listens until {@link Interruption.end}.
   * @param stop - called at the first signal
   * @param quit - called at the second one, before the process exits
   */
  constructor(stop: () => void, quit: () => void) {
    this.#onSignal = (signal) => {
      const code = EXIT_CODES[signal as keyof typeof EXIT_CODES];
      if (this.#exitCode !== undefined) {
        quit();
        process.exit(code);
      }
      this.#exitCode = code;
      stop();
    };
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** What the process is to exit with; undefined where no signal came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  end(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
  }
}
