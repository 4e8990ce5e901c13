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
  ["COLUMNS where the terminal does not know its width", { columns: 0 }, { COLUMNS: "50" }, 49],
  ["80 columns where nobody knows", {}, {}, 79],
  ["80 columns where COLUMNS makes no sense", {}, { COLUMNS: "wide" }, 79],
  ["nothing of a terminal of one column", { columns: 1 }, {}, 0],
])("the status line takes %s", (_what, stderr, env, width) => {
  const { written, output } = outputs({ isTTY: true, ...stderr }, env);
  output.drawStatus("x".repeat(200));
  expect(written).toEqual([`\r${"x".repeat(width)}`]);
});

test("a shorter status line leaves nothing of the last one", () => {
  const { written, output } = outputs({ isTTY: true });
  output.drawStatus("0123456789");
  output.drawStatus("abc");
  output.message("a line");
  expect(written).toEqual(["\r0123456789", "\rabc       ", "\r   \r", "a line\n"]);
});

test("in a terminal that was made narrower the status goes on in a new line", () => {
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
])("isTTY %s and the environment %o: a terminal is %s", (isTTY, env, expected) => {
  expect(outputs({ isTTY }, env).output.isTerminal).toBe(expected);
});

test("a failed write is reported once all have been tried, and ends nothing", async () => {
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
