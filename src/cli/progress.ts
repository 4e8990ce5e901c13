/** The least time in milliseconds between two drawings on a terminal, and between two lines elsewhere. */
const REDRAW_MS = 100;
const LINE_MS = 10_000;
const BAR_WIDTH = 20;

/** Where the display goes. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

function perSecond(rate: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, rate)) / 3));
  return `${(rate / 1000 ** power).toFixed(power && 1)} ${["B", "kB", "MB", "GB", "TB"][power]}/s`;
}

function duration(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(Math.floor(seconds % 60))}`;
}

/**
 * Shows how far one or several uploads are: on a terminal one line that is drawn anew, elsewhere a plain line
 * every ten seconds. No colours, no control sequences but the carriage return.
 */
export class ProgressDisplay {
  readonly #output: Output;
  readonly #sizes: readonly number[];
  readonly #bytes: number[];
  readonly #ended = new Set<number>();
  readonly #startedAt = performance.now();
  /** All bytes that went out, those of attempts that failed included. */
  #moved = 0;
  #stored = 0;
  #shownAt: number;
  #width = 0;

  /** @param sizes - In bytes, one of each file. */
  constructor(output: Output, sizes: readonly number[]) {
    this.#output = output;
    this.#sizes = sizes;
    this.#bytes = sizes.map(() => 0);
    this.#shownAt = output.isTTY ? Number.NEGATIVE_INFINITY : this.#startedAt;
  }

  /** Bytes of a file's present attempt that went out. */
  update(file: number, bytes: number): void {
    this.#moved += Math.max(0, bytes - (this.#bytes[file] as number));
    this.#bytes[file] = bytes;
    const now = performance.now();
    if (now - this.#shownAt < (this.#output.isTTY ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = now;
    if (this.#output.isTTY) this.#draw();
    else this.#output.write(`${this.#line()}\n`);
  }

  /** A file is done, one way or the other. */
  end(file: number, stored: boolean): void {
    this.#ended.add(file);
    this.#stored += Number(stored);
    if (!stored) this.#bytes[file] = 0;
    // No line for a failure before the first byte.
    if (!this.#output.isTTY || !(stored || this.#width > 0)) return;
    this.#draw();
    if (this.#ended.size === this.#sizes.length) {
      this.#output.write("\n");
      this.#width = 0;
    }
  }

  /** Takes the line off a terminal, so that others can be written. The next drawing brings it back. */
  clear(): void {
    if (this.#width > 0) this.#output.write(`\r${" ".repeat(this.#width)}\r`);
    this.#width = 0;
  }

  #draw(): void {
    const line = this.#line();
    this.#output.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }

  #line(): string {
    const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
    const files = this.#sizes.length;
    const part = sum(this.#bytes) / Math.max(1, sum(this.#sizes));
    // 100 % is for what the storage has: all bytes on their way are 99.
    const percent = this.#stored === files ? 100 : Math.min(99, Math.floor(part * 100));
    const bar = "#".repeat(Math.floor((percent / 100) * BAR_WIDTH)).padEnd(BAR_WIDTH, ".");
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = this.#moved / Math.max(seconds, 0.001);
    const missing = sum(this.#sizes.map((size, i) => (this.#ended.has(i) ? 0 : size - (this.#bytes[i] as number))));
    const done = this.#ended.size === files;
    return [
      ...(files > 1 ? [`${this.#stored} of ${files} files`] : []),
      `[${bar}] ${String(percent).padStart(3)} %`,
      perSecond(rate),
      done ? `in ${duration(seconds)}` : this.#moved > 0 ? `${duration(missing / rate)} left` : "",
    ]
      .join("  ")
      .trimEnd();
  }
}
