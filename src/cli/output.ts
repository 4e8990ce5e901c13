import type { Env } from "../sandbox/environment.js";
import { escapeLine, jsonLine } from "./escape.js";

/** stdout or stderr. The callback of a write reports its outcome. */
export interface OutputStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const DEFAULT_COLUMNS = 80;

/**
 * Prints and escapes all output of the command. A closed pipe or a full disk does not end the command; `allWritten`
 * reports it.
 */
export class Output {
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #env: Env;
  /** Whether stderr is a terminal that can redraw a line. */
  readonly isTerminal: boolean;
  /** The width of the status line, in columns; 0 if there is none. */
  #drawnWidth = 0;
  #failed = false;
  readonly #lastWrites = new Map<OutputStream, Promise<void>>();

  constructor(stdout: OutputStream, stderr: OutputStream, env: Env) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#env = env;
    this.isTerminal = stderr.isTTY === true && env["TERM"] !== "dumb";
  }

  /** Prints a line of the result on stdout. */
  result(line: string): void {
    this.#writeLine(this.#stdout, escapeLine(line));
  }

  /** Prints a JSON document on stdout. */
  document(value: unknown): void {
    this.#writeLine(this.#stdout, jsonLine(value));
  }

  /** Prints a message on stderr. */
  message(line: string): void {
    this.#writeLine(this.#stderr, escapeLine(line));
  }

  /** Redraws the status line, cut to the terminal's width. It is ASCII, so each character takes one column. */
  drawStatus(line: string): void {
    // Some terminals wrap when a line fills the last column.
    const widest = Math.max(0, this.#columns() - 1);
    if (this.#drawnWidth > widest) this.endStatus();
    const shown = line.slice(0, widest);
    this.#write(this.#stderr, `\r${shown.padEnd(this.#drawnWidth)}`);
    this.#drawnWidth = shown.length;
  }

  /** Whether a status line is shown. */
  get hasStatus(): boolean {
    return this.#drawnWidth > 0;
  }

  /** Keeps the status line as it is and continues below it. */
  endStatus(): void {
    this.#write(this.#stderr, "\n");
    this.#drawnWidth = 0;
  }

  /** Waits for all writes. Returns whether all of them succeeded. */
  async allWritten(): Promise<boolean> {
    await Promise.all(this.#lastWrites.values());
    return !this.#failed;
  }

  #columns(): number {
    // A terminal of unknown size reports 0.
    return this.#stderr.columns || Number.parseInt(this.#env["COLUMNS"] ?? "", 10) || DEFAULT_COLUMNS;
  }

  #writeLine(stream: OutputStream, line: string): void {
    this.#eraseStatus();
    this.#write(stream, `${line}\n`);
  }

  #eraseStatus(): void {
    if (this.#drawnWidth === 0) return;
    // In a terminal that was made narrower, the line takes several rows, of which only the last can be erased.
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
