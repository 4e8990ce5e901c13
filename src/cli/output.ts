import { escapeLine, jsonLine } from "./escape.js";

/** stdout or stderr: a stream whose callback reports what a write came to. */
export interface OutputStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const DEFAULT_COLUMNS = 80;

/**
 * Everything that the command prints. What is printed is escaped here. A stream that is closed or full ends nothing:
 * `allWritten` reports it.
 */
export class Output {
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** Whether stderr is a terminal that can draw a line anew. */
  readonly isTerminal: boolean;
  /** How much of the terminal's last line is drawn. */
  #drawnWidth = 0;
  #failed = false;
  readonly #lastWrites = new Map<OutputStream, Promise<void>>();

  constructor(stdout: OutputStream, stderr: OutputStream, env: Readonly<Record<string, string | undefined>>) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#env = env;
    this.isTerminal = stderr.isTTY === true && env["TERM"] !== "dumb";
  }

  /** Prints a line of what was asked for, on stdout. */
  result(line: string): void {
    this.#writeLine(this.#stdout, escapeLine(line));
  }

  /** Prints a JSON document, on stdout. */
  document(value: unknown): void {
    this.#writeLine(this.#stdout, jsonLine(value));
  }

  /** Prints a line about what happens, on stderr. */
  message(line: string): void {
    this.#writeLine(this.#stderr, escapeLine(line));
  }

  /** Draws the terminal's last line anew, cut to its width. It is ASCII, so each character takes one column. */
  drawStatus(line: string): void {
    // A line that fills the last column makes some terminals begin the next one.
    const widest = Math.max(0, this.#columns() - 1);
    if (this.#drawnWidth > widest) this.endStatus();
    const shown = line.slice(0, widest);
    this.#write(this.#stderr, `\r${shown.padEnd(this.#drawnWidth)}`);
    this.#drawnWidth = shown.length;
  }

  /** Whether the terminal's last line is drawn. */
  get hasStatus(): boolean {
    return this.#drawnWidth > 0;
  }

  /** Leaves the terminal's last line as it is, and goes on below it. */
  endStatus(): void {
    this.#write(this.#stderr, "\n");
    this.#drawnWidth = 0;
  }

  /** Whether everything that was printed until now has been written. */
  async allWritten(): Promise<boolean> {
    await Promise.all(this.#lastWrites.values());
    return !this.#failed;
  }

  #columns(): number {
    // A terminal that does not know its size reports 0.
    return this.#stderr.columns || Number.parseInt(this.#env["COLUMNS"] ?? "", 10) || DEFAULT_COLUMNS;
  }

  #writeLine(stream: OutputStream, line: string): void {
    this.#eraseStatus();
    this.#write(stream, `${line}\n`);
  }

  #eraseStatus(): void {
    if (this.#drawnWidth === 0) return;
    // In a terminal that was made narrower the line takes several rows, and only the last can be erased.
    if (this.#drawnWidth >= this.#columns()) {
      this.endStatus();
    } else {
      this.#write(this.#stderr, `\r${" ".repeat(this.#drawnWidth)}\r`);
      this.#drawnWidth = 0;
    }
  }

  #write(stream: OutputStream, text: string): void {
    const written = new Promise<void>((resolve) => {
      stream.write(text, (error) => {
        if (error) this.#failed = true;
        resolve();
      });
    });
    this.#lastWrites.set(stream, written);
  }
}
