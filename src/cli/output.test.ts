import { expect, test } from "vitest";
import { Output, type OutputStream } from "./output.js";

function outputs(stderr: Partial<OutputStream>, env = {}) {
  const written: string[] = [];
  const write = (text: string, done: () => void) => {
    written.push(text);
    done();
  };
  const stream = Object.assign({ write }, stderr);
  return { written, stream, output: new Output({ write }, stream, env) };
}

test.each<[string, Partial<OutputStream>, Record<string, string>, number]>([
  ["the terminal's width", { columns: 20 }, { COLUMNS: "50" }, 19],
  ["COLUMNS when the terminal does not report its width", { columns: 0 }, { COLUMNS: "50" }, 49],
  ["80 columns by default", {}, {}, 79],
  ["80 columns when COLUMNS is invalid", {}, { COLUMNS: "wide" }, 79],
  ["no width in a terminal of one column", { columns: 1 }, {}, 0],
])("the status line uses %s", (_what, stderr, env, width) => {
  const { written, output } = outputs({ isTTY: true, ...stderr }, env);
  output.drawStatus("x".repeat(200));
  expect(written).toEqual([`\r${"x".repeat(width)}`]);
});

test("a shorter status line erases the last one", () => {
  const { written, output } = outputs({ isTTY: true });
  output.drawStatus("0123456789");
  output.drawStatus("abc");
  output.message("a line");
  expect(written).toEqual(["\r0123456789", "\rabc       ", "\r   \r", "a line\n"]);
});

test("after the terminal is made narrower, the status continues on a new line", () => {
  const { written, stream, output } = outputs({ isTTY: true, columns: 100 });
  output.drawStatus("x".repeat(60));
  Object.assign(stream, { columns: 40 });
  output.drawStatus("y".repeat(60));
  expect(written.splice(0)).toEqual([`\r${"x".repeat(60)}`, "\n", `\r${"y".repeat(39)}`]);
  Object.assign(stream, { columns: 39 });
  output.result("a line");
  expect(written).toEqual(["\n", "a line\n"]);
});

test.each([
  [true, {}, true],
  [true, { TERM: "dumb" }, false],
  [undefined, {}, false],
])("with isTTY %s and the environment %o, isTerminal is %s", (isTTY, env, expected) => {
  expect(outputs({ isTTY }, env).output.isTerminal).toBe(expected);
});

test("a failed write to stderr is reported as well", async () => {
  const { output } = outputs({ write: (_text, done) => done(new Error("EPIPE")) });
  output.result("one");
  expect(await output.allWritten()).toBe(true);
  output.message("two");
  expect(await output.allWritten()).toBe(false);
});

test("a failed write is reported at the end and does not stop the others", async () => {
  const errors = [new Error("ENOSPC"), undefined, null];
  const tried: string[] = [];
  const stderr: OutputStream = {
    write(text, done) {
      tried.push(text);
      const error = errors.shift();
      setImmediate(() => done(error));
    },
  };
  const output = new Output(stderr, { write: (_text, done) => done() }, {});
  expect(await output.allWritten()).toBe(true);
  output.result("one");
  output.document({ two: 2 });
  output.message("three");
  output.result("four");
  expect(await output.allWritten()).toBe(false);
  expect(tried).toEqual(["one\n", '{"two":2}\n', "four\n"]);
});
