import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Output } from "./output.js";
import { ProgressDisplay } from "./progress.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const MB = 1_000_000;

function display(isTTY: boolean, ...sizes: number[]) {
  const written: string[] = [];
  const output = new Output({ write() {} }, { isTTY, write: (text) => written.push(text) }, {});
  return { written, output, shown: new ProgressDisplay(output, sizes) };
}

test("a terminal shows percentage, rate and time left, at most ten times a second", () => {
  const { written, shown } = display(true, 100 * MB);
  shown.update(0, 0);
  vi.advanceTimersByTime(99);
  shown.update(0, 1 * MB);
  expect(written).toEqual(["\r[....................]   0 %  0 B/s"]);
  vi.advanceTimersByTime(1901);
  shown.update(0, 25 * MB);
  expect(written.at(-1)).toBe("\r[#####...............]  25 %  12.5 MB/s  0:06 left");
  vi.advanceTimersByTime(6000);
  shown.update(0, 100 * MB);
  expect(written.at(-1)).toBe("\r[###################.]  99 %  12.5 MB/s  0:00 left");
  shown.end(0, true);
  expect(written.slice(-2)).toEqual(["\r[####################] 100 %  12.5 MB/s  in 0:08  ", "\n"]);
});

test("a second attempt starts at 0 %, and its bytes count for the rate", () => {
  const { written, shown } = display(true, 10 * MB);
  vi.advanceTimersByTime(1000);
  shown.update(0, 9 * MB);
  expect(written.at(-1)).toContain(" 90 %  9.0 MB/s  0:00 left");
  vi.advanceTimersByTime(1000);
  shown.update(0, 0);
  expect(written.at(-1)).toContain("  0 %  4.5 MB/s  0:02 left");
  vi.advanceTimersByTime(1000);
  shown.update(0, 9 * MB);
  expect(written.at(-1)).toContain(" 90 %  6.0 MB/s  0:00 left");
});

test("a size that was not known before the upload counts from the first bytes on", () => {
  const { written, shown } = display(true, 0);
  vi.advanceTimersByTime(1000);
  shown.update(0, 5 * MB, 20 * MB);
  expect(written.at(-1)).toBe("\r[#####...............]  25 %  5.0 MB/s  0:03 left");
  vi.advanceTimersByTime(3000);
  shown.update(0, 20 * MB, 20 * MB);
  shown.end(0, true);
  expect(written.at(-2)).toMatch(/^\r\[#{20}\] 100 % {2}5\.0 MB\/s {2}in 0:04/);
});

test("several files share one line, from which the bytes of a failed file are subtracted", () => {
  const { written, output, shown } = display(true, 10 * MB, 30 * MB);
  vi.advanceTimersByTime(1000);
  shown.update(1, 15 * MB);
  expect(written.at(-1)).toBe("\r0 of 2 files  [#######.............]  37 %  15.0 MB/s  0:01 left");
  shown.end(1, false);
  expect(written.at(-1)).toMatch(/^\r0 of 2 files {2}\[\.{20}\] {3}0 % {2}15\.0 MB\/s {2}0:00 left *$/);
  output.message("one failed");
  expect(written.at(-2)).toMatch(/^\r {60,}\r$/);
  vi.advanceTimersByTime(1000);
  shown.update(0, 10 * MB);
  shown.end(0, true);
  expect(written.slice(-2)).toEqual(["\r1 of 2 files  [#####...............]  25 %  12.5 MB/s  in 0:02  ", "\n"]);
});

test("a failure before the first byte shows nothing", () => {
  const { written, shown } = display(true, 10);
  shown.end(0, false);
  expect(written).toEqual([]);
});

test("without a terminal, a plain line is printed every ten seconds", () => {
  const { written, shown } = display(false, 4_000 * MB);
  for (let seconds = 1; seconds <= 25; seconds++) {
    vi.advanceTimersByTime(1000);
    shown.update(0, seconds * MB);
  }
  shown.end(0, true);
  expect(written).toEqual([
    "[....................]   0 %  1.0 MB/s  1:06:30 left\n",
    "[....................]   0 %  1.0 MB/s  1:06:20 left\n",
  ]);
});

test("a file that has grown never has a negative time left", () => {
  const { written, shown } = display(true, 10);
  vi.advanceTimersByTime(1000);
  shown.update(0, 500);
  expect(written.at(-1)).toMatch(/ 99 % .* 0:00 left$/);
});

test.each([
  [999, "999 B/s"],
  [1000, "1.0 kB/s"],
  [5e9, "5.0 GB/s"],
  [7e15, "7000.0 TB/s"],
])("a rate of %d is shown as %s", (bytes, words) => {
  const { written, shown } = display(true, 1e16);
  vi.advanceTimersByTime(1000);
  shown.update(0, bytes);
  expect(written.at(-1)).toContain(` ${words} `);
});

test("an empty file and no elapsed time do not divide by zero", () => {
  const { written, shown } = display(true, 0);
  shown.update(0, 0);
  shown.end(0, true);
  expect(written.join("")).not.toMatch(/NaN|Infinity/);
});
