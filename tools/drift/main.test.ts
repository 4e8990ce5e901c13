/** `npm run docs:drift` as a process: its sources, output and exit codes. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
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

/** A file with this content. */
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

test("pages without differences are one line with exit code 0", async () => {
  expect(await check("--cfc", cfc, "--gls", gls)).toEqual({
    code: 0,
    stdout: "No drift: cfc (75 facts), gls (118 facts).\n",
    stderr: "",
  });
});

test("a single page can be checked", async () => {
  expect(await check("--gls", gls)).toMatchObject({ code: 0, stdout: "No drift: gls (118 facts).\n" });
});

test("differences are printed with the page and the line, with exit code 1", async () => {
  const edited = file("edited.md", readFileSync(cfc, "utf8").replace("MaxLength: 80", "MaxLength: 81"));
  expect(await check("--cfc", edited, "--gls", gls)).toEqual({
    code: 1,
    stdout: `${edited}:32: parameters › query › labelName › maxLength: facts 80, page 81\n`,
    stderr: "",
  });
});

test("the index alone can be checked, for both pages", async () => {
  expect(await check("--index", index)).toMatchObject({ code: 0, stdout: "No drift: index (5 pages).\n" });
  const edited = file("llms.txt", readFileSync(index, "utf8").replace(/.*fill-a-crate.*\n/, ""));
  expect(await check("--index", edited)).toEqual({
    code: 1,
    stdout: `${edited}:13: gls › siblings › fill-a-crate: facts have it, page nothing\n`,
    stderr: "",
  });
});

test("an invalid index is an error with exit code 2", async () => {
  const moved = file("moved.txt", "# Courier Docs\n");
  expect(await check("--index", moved)).toEqual({
    code: 2,
    stdout: "",
    stderr: `index: ${moved} cannot be read: it lists no page.\n`,
  });
});

test("swapped pages are an error for each with exit code 2, and no success is printed", async () => {
  const { code, stdout, stderr } = await check("--cfc", gls, "--gls", cfc);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^cfc: .*gls\.md cannot be read: it is another page: /),
    expect.stringMatching(/^gls: .*cfc\.md cannot be read: it is another page: /),
  ]);
});

test("the differences of one page are reported even if the other cannot be read, with exit code 2", async () => {
  const edited = file("method.md", readFileSync(cfc, "utf8").replace(/^GET$/m, "PUT"));
  const { code, stdout, stderr } = await check("--cfc", edited, "--gls", join(folder, "none.md"));
  expect(code).toBe(2);
  expect(stdout).toBe(`${edited}:7: method: facts "GET", page "PUT"\n`);
  expect(stderr).toBe(`gls: ${join(folder, "none.md")} cannot be read: ENOENT.\n`);
});

test.each<[string, () => string, string]>([
  ["a missing file", () => join(folder, "none.md"), "ENOENT"],
  ["a folder", () => folder, "it is not a file"],
  ["an empty file", () => file("empty.md", ""), "it is empty"],
  ["HTML", () => file("page.md", "<!-- a -->\n<html><body>GET</body></html>"), "it is HTML, not Markdown"],
  ["a page without a title", () => file("title.md", readFileSync(cfc, "utf8").replace(/^# .*/, "")), "it has no title"],
  ["a file that is not text", () => file("binary.md", new Uint8Array([0xc3, 0x28])), "it is not UTF-8 text"],
  ["a file over 1 MiB", () => file("large.md", "a".repeat(1024 * 1024 + 1)), "it is larger than 1 MiB"],
  ["a port that fetch rejects", () => "http://127.0.0.1:1/page.md", "bad port"],
])("%s is one error line with exit code 2", async (_what, source, error) => {
  const path = source();
  expect(await check("--cfc", path)).toEqual({
    code: 2,
    stdout: "",
    stderr: `cfc: ${path} cannot be read: ${error}.\n`,
  });
});

test.each([["--gsl", gls], ["page.md"], ["--cfc"]])(
  "the invalid argument %s prints the usage with exit code 2",
  async (...args) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("npm run docs:drift -- [--cfc PAGE.md]");
  },
);

test("by default, both pages and the index are fetched from the addresses in the facts", async () => {
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
  const { origin } = await loopbackServer(respondWith(200, readFileSync(cfc, "utf8").replace("A4, ", "")));
  const { code, stdout } = await check("--cfc", `${origin}/page.md?key=canary`);
  expect(code).toBe(1);
  expect(stdout).toBe(
    `${origin}/page.md:20: parameters › header › paperFormat › enum › A4: facts have it, page nothing\n`,
  );
});

test.each<[string, Parameters<typeof respondWith>, string]>([
  ["a 404", [404, readFileSync(cfc, "utf8")], "the response is 404"],
  ["an HTML page with status 200", [200, "<!doctype html><p>Sign in</p>"], "it is HTML, not Markdown"],
  ["an empty body", [200, ""], "it is empty"],
  ["a body over 1 MiB", [200, "a".repeat(1024 * 1024 + 1)], "it is larger than 1 MiB"],
])("%s is an error with exit code 2", async (_what, response, error) => {
  const { origin } = await loopbackServer(respondWith(...response));
  expect(await check("--cfc", origin)).toEqual({
    code: 2,
    stdout: "",
    stderr: `cfc: ${origin} cannot be read: ${error}.\n`,
  });
});

test.each<[string, (response: import("node:http").ServerResponse) => void]>([
  ["never responds", () => {}],
  ["never ends its response", (response) => response.write("# Reserve")],
])("a server that %s is an error after the timeout", async (_what, respond) => {
  const { origin } = await loopbackServer((_request, response) => respond(response));
  expect(await readSource(origin, 300)).toEqual({ error: "no whole response within 300 ms" });
});

test("a refused connection is an error", async () => {
  const { origin, server } = await loopbackServer(respondWith(200, ""));
  await new Promise((resolve) => server.close(resolve));
  expect(await readSource(origin)).toEqual({ error: "ECONNREFUSED" });
});

test("a truncated response is an error", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-length": "9000" });
    response.write("# Reserve", () => response.destroy());
  });
  expect(await readSource(origin)).toEqual({ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
});

test("missing facts are an error with exit code 2", async () => {
  expect(await run("--facts", join(folder, "nowhere"), "--cfc", cfc)).toMatchObject({ code: 2, stdout: "" });
});
