/** `npm run docs:drift` as it is run: where it gets pages from, what it prints, its exit codes. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answering, loopbackServer } from "../../test-support/loopback-server.js";
import { readSource } from "./source.js";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const script = fileURLToPath(new URL("main.ts", import.meta.url));
const cfc = join(fixtures, "cfc.md");
const gls = join(fixtures, "gls.md");
const index = join(fixtures, "llms.txt");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "clear-presign-drift-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of this content. */
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", script, ...args], { timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

const check = (...args: string[]) => run("--facts", fixtures, ...args);

test("pages without differences: one line, exit code 0", async () => {
  expect(await check("--cfc", cfc, "--gls", gls)).toEqual({
    code: 0,
    stdout: "No drift: cfc (75 facts), gls (118 facts).\n",
    stderr: "",
  });
});

test("one page alone is checked alone", async () => {
  expect(await check("--gls", gls)).toMatchObject({ code: 0, stdout: "No drift: gls (118 facts).\n" });
});

test("a page with differences: each with the page and its line, exit code 1", async () => {
  const edited = file("edited.md", readFileSync(cfc, "utf8").replace("MaxLength: 80", "MaxLength: 81"));
  expect(await check("--cfc", edited, "--gls", gls)).toEqual({
    code: 1,
    stdout: `${edited}:32: parameters › query › labelName › maxLength: facts 80, page 81\n`,
    stderr: "",
  });
});

test("the index alone is checked alone, for both pages", async () => {
  expect(await check("--index", index)).toMatchObject({ code: 0, stdout: "No drift: index (5 pages).\n" });
  const edited = file("llms.txt", readFileSync(index, "utf8").replace(/.*fill-a-crate.*\n/, ""));
  expect(await check("--index", edited)).toEqual({
    code: 1,
    stdout: `${edited}:13: gls › siblings › fill-a-crate: facts have it, page nothing\n`,
    stderr: "",
  });
});

test("an index that is not one is an error, exit code 2", async () => {
  const moved = file("moved.txt", "# Courier Docs\n");
  expect(await check("--index", moved)).toEqual({
    code: 2,
    stdout: "",
    stderr: `index: ${moved} cannot be read: it lists no page.\n`,
  });
});

test("pages that are swapped are an error for each, exit code 2, and nothing says no drift", async () => {
  const { code, stdout, stderr } = await check("--cfc", gls, "--gls", cfc);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^cfc: .*gls\.md cannot be read: it is another page: /),
    expect.stringMatching(/^gls: .*cfc\.md cannot be read: it is another page: /),
  ]);
});

test("beside a page that cannot be read, the differences of the other are reported, exit code 2", async () => {
  const edited = file("method.md", readFileSync(cfc, "utf8").replace(/^GET$/m, "PUT"));
  const { code, stdout, stderr } = await check("--cfc", edited, "--gls", join(folder, "none.md"));
  expect(code).toBe(2);
  expect(stdout).toBe(`${edited}:7: method: facts "GET", page "PUT"\n`);
  expect(stderr).toBe(`gls: ${join(folder, "none.md")} cannot be read: ENOENT.\n`);
});

test.each<[string, () => string, string]>([
  ["a file that is not there", () => join(folder, "none.md"), "ENOENT"],
  ["a folder", () => folder, "it is not a file"],
  ["an empty file", () => file("empty.md", ""), "it is empty"],
  ["HTML", () => file("page.md", "<!-- a -->\n<html><body>GET</body></html>"), "it is HTML, not Markdown"],
  ["a page without a title", () => file("title.md", readFileSync(cfc, "utf8").replace(/^# .*/, "")), "it has no title"],
  ["a file that is no text", () => file("binary.md", new Uint8Array([0xc3, 0x28])), "it is not UTF-8 text"],
  ["a file over 1 MiB", () => file("large.md", "a".repeat(1024 * 1024 + 1)), "it is larger than 1 MiB"],
  ["a port that fetch refuses", () => "http://127.0.0.1:1/page.md", "bad port"],
])("%s is one error line, exit code 2", async (_what, source, error) => {
  const path = source();
  expect(await check("--cfc", path)).toEqual({
    code: 2,
    stdout: "",
    stderr: `cfc: ${path} cannot be read: ${error}.\n`,
  });
});

test.each([["--gsl", gls], ["page.md"], ["--cfc"]])(
  "%s is no argument: exit code 2, with the usage",
  async (...args) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("npm run docs:drift -- [--cfc PAGE.md]");
  },
);

test("without pages, both and the index are fetched from the addresses in the facts", async () => {
  const files: Record<string, string> = { "/a/label.md": cfc, "/a/crate.md": gls, "/llms.txt": index };
  const { origin, requests } = await loopbackServer((request, response) => {
    const text = readFileSync(files[request.url ?? ""] ?? "", "utf8");
    response.end(text.replaceAll("https://docs.example/parcels/reserve-a-label", `${origin}/a/label`));
  });
  const facts = mkdtempSync(join(folder, "facts-"));
  for (const [name, page] of [
    ["cfc", "/a/label"],
    ["gls", "/a/crate"],
  ]) {
    const committed = JSON.parse(readFileSync(join(fixtures, `${name}.json`), "utf8"));
    const changed = { ...committed, page: origin + page, index: `${origin}/llms.txt`, siblings: [] };
    writeFileSync(join(facts, `${name}.json`), JSON.stringify(changed));
  }
  const { code, stdout, stderr } = await run("--facts", facts);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toBe(`${origin}/llms.txt:1: gls › page: facts "${origin}/a/crate", page nothing\n`);
  expect(requests.map(({ url }) => url)).toEqual(["/a/label.md", "/a/crate.md", "/llms.txt"]);
});

test("a page over HTTP is reported under its URL, without the query", async () => {
  const { origin } = await loopbackServer(answering(200, readFileSync(cfc, "utf8").replace("A4, ", "")));
  const { code, stdout } = await check("--cfc", `${origin}/page.md?key=canary`);
  expect(code).toBe(1);
  expect(stdout).toBe(
    `${origin}/page.md:20: parameters › header › paperFormat › enum › A4: facts have it, page nothing\n`,
  );
});

test.each<[string, Parameters<typeof answering>, string]>([
  ["a 404", [404, readFileSync(cfc, "utf8")], "the response is 404"],
  ["an HTML page with status 200", [200, "<!doctype html><p>Sign in</p>"], "it is HTML, not Markdown"],
  ["an empty answer", [200, ""], "it is empty"],
  ["an answer over 1 MiB", [200, "a".repeat(1024 * 1024 + 1)], "it is larger than 1 MiB"],
])("%s is an error, exit code 2", async (_what, answer, error) => {
  const { origin } = await loopbackServer(answering(...answer));
  expect(await check("--cfc", origin)).toEqual({
    code: 2,
    stdout: "",
    stderr: `cfc: ${origin} cannot be read: ${error}.\n`,
  });
});

test.each<[string, (response: import("node:http").ServerResponse) => void]>([
  ["never answers", () => {}],
  ["never ends its answer", (response) => response.write("# Reserve")],
])("a server that %s is an error when the time is up", async (_what, answer) => {
  const { origin } = await loopbackServer((_request, response) => answer(response));
  expect(await readSource(origin, 300)).toEqual({ error: "no whole response within 300 ms" });
});

test("a server that is not there is an error", async () => {
  const { origin, server } = await loopbackServer(answering(200, ""));
  await new Promise((resolve) => server.close(resolve));
  expect(await readSource(origin)).toEqual({ error: "ECONNREFUSED" });
});

test("an answer that is cut off is an error", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-length": "9000" });
    response.write("# Reserve", () => response.destroy());
  });
  expect(await readSource(origin)).toEqual({ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
});

test("facts that are not there are an error, exit code 2", async () => {
  expect(await run("--facts", join(folder, "nowhere"), "--cfc", cfc)).toMatchObject({ code: 2, stdout: "" });
});
