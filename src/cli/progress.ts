import type { Output } from "./output.js";

/** The least time in milliseconds between two drawings on a terminal, and between two lines elsewhere. */
const REDRAW_MS = 100;
const LINE_MS = 10_000;
const BAR_WIDTH = 20;

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
  /** Of each file's present attempt. */
  readonly #bytes: number[];
  readonly #startedAt = performance.now();
  readonly #totalBytes: number;
  /** The bytes of attempts that have not failed. */
  #sentBytes = 0;
  /** What the files that have not ended still have to send. */
  #remainingBytes: number;
  /** All bytes that went out, those of attempts that failed included. */
  #movedBytes = 0;
  #ended = 0;
  #stored = 0;
  #shownAt: number;

  /** @param sizes - In bytes, one of each file. */
  constructor(output: Output, sizes: readonly number[]) {
    this.#output = output;
    this.#sizes = sizes;
    this.#bytes = sizes.map(() => 0);
    this.#totalBytes = sizes.reduce((one, other) => one + other, 0);
    this.#remainingBytes = this.#totalBytes;
    this.#shownAt = output.isTerminal ? Number.NEGATIVE_INFINITY : this.#startedAt;
  }

  /** Bytes of a file's present attempt that went out. */
  update(file: number, bytes: number): void {
    const moved = bytes - (this.#bytes[file] as number);
    this.#bytes[file] = bytes;
    this.#sentBytes += moved;
    this.#remainingBytes -= moved;
    this.#movedBytes += Math.max(0, moved);
    const now = performance.now();
    if (now - this.#shownAt < (this.#output.isTerminal ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = now;
    if (this.#output.isTerminal) this.#output.drawStatus(this.#line());
    else this.#output.message(this.#line());
  }

  /** A file is done, one way or the other. */
  end(file: number, stored: boolean): void {
    const bytes = this.#bytes[file] as number;
    this.#remainingBytes -= (this.#sizes[file] as number) - bytes;
    this.#ended++;
    if (stored) this.#stored++;
    else this.#sentBytes -= bytes;
    // No line for a failure before the first byte.
    if (!this.#output.isTerminal || !(stored || this.#output.hasStatus)) return;
    this.#output.drawStatus(this.#line());
    if (this.#ended === this.#sizes.length) this.#output.endStatus();
  }

  #line(): string {
    const files = this.#sizes.length;
    const part = this.#sentBytes / Math.max(1, this.#totalBytes);
    // 100 % is for what the storage has: all bytes on their way are 99.
    const percent = this.#stored === files ? 100 : Math.min(99, Math.floor(part * 100));
    const bar = "#".repeat(Math.floor((percent / 100) * BAR_WIDTH)).padEnd(BAR_WIDTH, ".");
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = this.#movedBytes / Math.max(seconds, 0.001);
    const done = this.#ended === files;
    return [
      ...(files > 1 ? [`${this.#stored} of ${files} files`] : []),
      `[${bar}] ${String(percent).padStart(3)} %`,
      perSecond(rate),
      done
        ? `in ${duration(seconds)}`
        : this.#movedBytes > 0
          ? `${duration(Math.max(0, this.#remainingBytes) / rate)} left`
          : "",
    ]
      .join("  ")
      .trimEnd();
  }
}
