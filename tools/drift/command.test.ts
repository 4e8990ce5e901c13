/** `npm run docs:drift`: its sources, output, exit codes and what it records. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { loopbackServer, REFUSED, respondWith } from "../../test-support/loopback-server.js";
import { main } from "./command.js";
import { edited, FIXTURES, page } from "./fixtures/pages.js";
import { readSource } from "./source.js";

const [cfc = "", gls = "", index = ""] = ["cfc.md", "gls.md", "llms.txt"].map((name) => join(FIXTURES, name));

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

/** A folder with a copy of what is known, edited if asked for. */
function copyOfKnown(edit: (text: string) => string = (text) => text): string {
  const copy = mkdtempSync(join(folder, "known-"));
  for (const name of ["cfc.yaml", "gls.yaml", "blocks-without-facts.yaml"]) {
    writeFileSync(join(copy, name), edit(readFileSync(join(FIXTURES, name), "utf8")));
  }
  return copy;
}

async function run(...args: string[]) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const output = { log: (line: string) => stdout.push(line), error: (line: string) => stderr.push(line) };
  return { code: await main(args, output), stdout, stderr };
}
const check = (...args: string[]) => run("--facts", FIXTURES, ...args);

test("without differences one line is printed, with exit code 0", async () => {
  expect(await check("--cfc", cfc, "--gls", gls, "--index", index)).toEqual({
    code: 0,
    stdout: ["No drift: cfc (38 blocks), gls (54 blocks), index (7 blocks)."],
    stderr: [],
  });
  expect(await check("--gls", gls)).toMatchObject({ code: 0, stdout: ["No drift: gls (54 blocks)."] });
});

test("a change is reported with its line and text, and with the facts that stood there", async () => {
  const path = file("enum.md", edited("cfc", "A4, A5, ROLL", "A5, A4, ROLL"));
  expect(await check("--cfc", path, "--gls", gls)).toEqual({
    code: 1,
    stdout: [
      `${path}:20: new block cfed51275821: paperFormat | String | Enum: A5, A4, ROLL | Mandatory. Paper to print.`,
      `${path}: gone: block 3efd66518e2f\n  held cfc.paperFormat.enum (A4, A5 or a roll)\n  held cfc.paperFormat.required (required)`,
    ],
    stderr: [],
  });
});

test("what moved is reported with its new label, what is gone without a fact with its hint", async () => {
  const path = file(
    "moved.md",
    edited("gls", /Code 406([\s\S]*)Code 403/, "Code 403$1Code 406").replace("A list has", "Lists have"),
  );
  const { code, stdout } = await check("--gls", path);
  expect(code).toBe(1);
  expect(stdout.map((line) => line.slice(path.length))).toEqual([
    expect.stringMatching(/^:95: now under "Sample Error - HTTP Status Code 403": block 5bffd1d9875a: curl -X 'GET'/),
    expect.stringMatching(/^:105: now under "Sample Error - HTTP Status Code 403": block 99df55ee48b3: \{"status":406/),
    expect.stringMatching(/^:122: now under "Sample Error - HTTP Status Code 406": block 327e1a244da2: curl/),
    ':132: now under "Sample Error - HTTP Status Code 406": block 143728e3c442: NO_WAY\n  held gls.403.sample (plain text)',
    expect.stringMatching(/^:138: new block [0-9a-f]{12}: Lists have a name\.$/),
    ": gone: block ebbe03c96529 text in line 138",
  ]);
});

test("a reported sample contains no signature material, even if it is no longer JSON", async () => {
  const path = file("cut.md", edited("cfc", /"faultCode": null\n\}\n```/, "faultCode\n```"));
  const { stdout } = await check("--cfc", path);
  expect(stdout.join()).toContain("depot.example");
  expect(stdout.join()).not.toMatch(/deadbeef|AKIAEXAMPLE|ASIAEXAMPLE|EXAMPLE%2F/);
});

test("--list prints every block with its line, kind, digest and facts", async () => {
  const { code, stdout } = await check("--list", "--cfc", cfc, "--gls", gls);
  expect({ code, count: stdout.length }).toEqual({ code: 0, count: 38 + 54 });
  expect(stdout[5]).toBe(
    `${cfc}:11: code block 696a516cedb6: {{BASE_URL}}/parcels/v2/reserve/{{carrier}}?labelName={name}\n  holds cfc.path (/parcels/v2/reserve/{carrier})`,
  );
});

test("--accept reports and records what has no fact, and then there is no drift", async () => {
  const known = copyOfKnown();
  const path = file("typo.md", edited("cfc", /Paramter/g, "Parameter").replace("Carrier and paper", "Both"));
  const first = await run("--facts", known, "--cfc", path, "--accept");
  expect(first).toMatchObject({ code: 0, stderr: [] });
  expect(first.stdout).toHaveLength(6);
  expect(await run("--facts", known, "--cfc", path, "--gls", gls, "--index", index)).toMatchObject({ code: 0 });
  expect(await run("--facts", known, "--cfc", cfc)).toMatchObject({ code: 1 });
});

test("--accept changes nothing for an unchanged page", async () => {
  const known = copyOfKnown();
  expect(await run("--facts", known, "--cfc", cfc, "--gls", gls, "--index", index, "--accept")).toMatchObject({
    code: 0,
  });
  expect(readFileSync(join(known, "blocks-without-facts.yaml"), "utf8")).toBe(
    readFileSync(join(FIXTURES, "blocks-without-facts.yaml"), "utf8"),
  );
});

test("--accept records nothing of a page that lost a fact, until its row has the new digest", async () => {
  const path = file(
    "limit.md",
    edited("cfc", "MaxLength: 80", "MaxLength: 81").replace("Nothing is", "Nothing at all is"),
  );
  const known = copyOfKnown();
  const before = readFileSync(join(known, "blocks-without-facts.yaml"), "utf8");
  const refused = await run("--facts", known, "--cfc", path, "--accept");
  expect(refused).toMatchObject({
    code: 1,
    stderr: ["cfc: nothing is recorded, since facts are gone. Change their rows first."],
  });
  expect(readFileSync(join(known, "blocks-without-facts.yaml"), "utf8")).toBe(before);
  const digest = /:32: new block (\w+)/.exec(refused.stdout.join())?.[1] ?? "";
  writeFileSync(join(known, "cfc.yaml"), readFileSync(join(known, "cfc.yaml"), "utf8").replace("b7c27e9864ec", digest));
  expect(await run("--facts", known, "--cfc", path, "--accept")).toMatchObject({ code: 0 });
  expect(await run("--facts", known, "--cfc", path)).toMatchObject({ code: 0 });
});

test("a digest may look like a number, and a block of a fact may be on the page twice", async () => {
  const path = file("twice.md", edited("cfc", "Nothing is sent.", "$&\n\n$&"));
  const known = copyOfKnown((text) => text.replace(/block: b7c27e9864ec/, "block: [b7c27e9864ec, 123e45678901]"));
  expect((await run("--facts", known, "--cfc", cfc)).stdout).toEqual([
    `${cfc}: gone: block 123e45678901\n  held cfc.labelName.length (at most 80 characters)`,
  ]);
  const twice = copyOfKnown((text) => text.replace("block: 696a516cedb6", "block: [696a516cedb6, 3d883c1b4586]"));
  expect((await run("--facts", twice, "--cfc", path)).stdout).toEqual([
    `${path}:38: new block 3d883c1b4586: Nothing is sent.`,
  ]);
  expect(await run("--facts", twice, "--cfc", path, "--accept")).toMatchObject({ code: 0 });
  expect(await run("--facts", twice, "--cfc", path)).toMatchObject({ code: 0 });
});

test("swapped pages are an error for each with exit code 2, and no success is printed", async () => {
  const { code, stdout, stderr } = await check("--cfc", gls, "--gls", cfc, "--index", file("llms.txt", "# Moved\n"));
  expect({ code, stdout }).toEqual({ code: 2, stdout: [] });
  expect(stderr).toEqual([
    `cfc: ${gls} cannot be read: it is another page than https://docs.example/parcels/reserve-a-label.`,
    `gls: ${cfc} cannot be read: it is another page than https://docs.example/crates/reserve-a-crate.`,
    `index: ${join(folder, "llms.txt")} cannot be read: it is another page than https://docs.example/llms.txt.`,
  ]);
});

test("one page is reported even if the other cannot be read, with exit code 2", async () => {
  const path = file("method.md", edited("gls", /^GET$/m, "PUT"));
  const { code, stdout, stderr } = await check("--cfc", join(folder, "none.md"), "--gls", path);
  expect(code).toBe(2);
  expect(stdout[0]).toBe(`${path}:5: new block 907bf9a40f9c: PUT`);
  expect(stderr).toEqual([`cfc: ${join(folder, "none.md")} cannot be read: ENOENT.`]);
});

test.each([[["--gsl", gls]], [["page.md"]], [["--cfc"]]])(
  "the invalid arguments %j print the usage with exit code 2",
  async (args) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: [] });
    expect(stderr.join()).toContain("npm run docs:drift -- [--cfc PAGE.md]");
  },
);

test("missing facts, and a fact without a block, are errors with exit code 2", async () => {
  expect(await run("--facts", join(folder, "nowhere"), "--cfc", cfc)).toMatchObject({ code: 2, stdout: [] });
  const known = copyOfKnown((text) => text.replace(/ {4}block: 696a516cedb6\n/, ""));
  const { code, stderr } = await run("--facts", known, "--cfc", cfc);
  expect(code).toBe(2);
  expect(stderr.join()).toContain("cfc.yaml: cfc.path has no block.");
});

test("by default, both pages and the index are fetched from their addresses, and a query is never shown", async () => {
  const files: Record<string, string> = { "/a/label.md": cfc, "/a/crate.md": gls, "/llms.txt": index };
  const { origin, requests } = await loopbackServer((request, response) => {
    response.end(readFileSync(files[request.url ?? ""] ?? cfc, "utf8"));
  });
  const known = copyOfKnown((text) =>
    text
      .replace(/^page: .*label$/m, `page: ${origin}/a/label`)
      .replace(/^page: .*crate$/m, `page: ${origin}/a/crate`)
      .replace(/^index: .*$/m, `index: ${origin}/llms.txt`),
  );
  const { code, stderr } = await run("--facts", known);
  expect({ code, stderr }).toEqual({ code: 1, stderr: [] });
  expect(requests.map(({ url }) => url)).toEqual(["/a/label.md", "/a/crate.md", "/llms.txt"]);
  const { stdout } = await check("--gls", `${origin}/page.md?key=canary`);
  expect(stdout).toEqual([]);
  const { stderr: error } = await check("--gls", `${origin}/page.md?key=canary`);
  expect(error.join()).toMatch(/^gls: http:\/\/127\.0\.0\.1:\d+\/page\.md cannot be read/);
});

test("main.ts takes the process's arguments, and sets its exit code", async () => {
  const path = file("main.md", edited("gls", /^GET$/m, "PUT"));
  const args = ["--facts", FIXTURES, "--cfc", join(folder, "none.md"), "--gls", path];
  const { argv, exitCode } = process;
  const log = vi.spyOn(console, "log").mockReturnValue();
  const error = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => {
    Object.assign(process, { argv, exitCode });
    vi.restoreAllMocks();
  });
  process.argv = [...argv.slice(0, 2), ...args];
  await import("./main.js");
  const [stdout, stderr] = [log, error].map(({ mock }) => mock.calls.map(([line]) => line));
  expect({ code: process.exitCode, stdout, stderr }).toEqual(await run(...args));
});

test.each<[string, () => string, string]>([
  ["a missing file", () => join(folder, "none.md"), "ENOENT"],
  ["a folder", () => folder, "it is not a file"],
  ["an empty file", () => file("empty.md", ""), "it is empty"],
  ["HTML", () => file("page.md", "<!-- a -->\n<html><body>GET</body></html>"), "it is HTML, not Markdown"],
  ["a file that is not text", () => file("binary.md", new Uint8Array([0xc3, 0x28])), "it is not UTF-8 text"],
  ["a file over 1 MiB", () => file("large.md", "a".repeat(1024 * 1024 + 1)), "it is larger than 1 MiB"],
  ["a port that fetch rejects", () => "http://127.0.0.1:1/page.md", "bad port"],
])("%s cannot be read", async (_what, source, error) => {
  expect(await readSource(source())).toEqual({ error });
});

test.each<[string, Parameters<typeof respondWith>, string]>([
  ["a 404", [404, page("cfc")], "the response is 404"],
  ["an HTML page with status 200", [200, "<!doctype html><p>Sign in</p>"], "it is HTML, not Markdown"],
  ["an empty body", [200, ""], "it is empty"],
  ["a body over 1 MiB", [200, "a".repeat(1024 * 1024 + 1)], "it is larger than 1 MiB"],
])("%s cannot be read", async (_what, response, error) => {
  const { origin } = await loopbackServer(respondWith(...response));
  expect(await readSource(origin)).toEqual({ error });
});

test.each<[string, (response: import("node:http").ServerResponse) => void]>([
  ["never responds", () => {}],
  ["never ends its response", (response) => response.write("# Reserve")],
])("a server that %s is an error after the timeout", async (_what, respond) => {
  const { origin } = await loopbackServer((_request, response) => respond(response));
  expect(await readSource(origin, 300)).toEqual({ error: "no whole response within 300 ms" });
});

test("a refused connection is an error", async () => {
  expect(await readSource(REFUSED)).toEqual({ error: "ECONNREFUSED" });
});

test("a truncated response is an error", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-length": "9000" });
    response.write("# Reserve", () => response.destroy());
  });
  expect(await readSource(origin)).toEqual({ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
});
