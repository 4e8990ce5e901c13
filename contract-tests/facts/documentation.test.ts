/** The committed facts are complete, consistent and without real signatures. docs:drift compares them with the pages. */
import { expect, test } from "vitest";
import { pages } from "./documentation.js";

const all = Object.entries(pages);

test.each(all)("%s: every digest is 12 hexadecimal digits", (_name, documentation) => {
  const digests = JSON.stringify(documentation).match(/"(digest|limits|description)":"[^"]*"/g) ?? [];
  expect(digests).not.toEqual([]);
  for (const digest of digests) expect(digest).toMatch(/:"[0-9a-f]{12}"$/);
});

test.each(all)("%s: every sample has a documented status, and a body of its media type", (_name, documentation) => {
  for (const [name, { status, mediaType, body }] of Object.entries(documentation.samples)) {
    expect(Object.keys(documentation.statuses), name).toContain(String(status));
    expect(typeof body, name).toBe(mediaType === "text" ? "string" : "object");
  }
});

test.each(all)("%s: the hosts are those of the samples, the signature material is fake", (_name, documentation) => {
  const urls = (JSON.stringify(documentation.samples).match(/https:[^"]+/g) ?? []).map((url) => new URL(url));
  expect([...new Set(urls.map(({ host }) => host))].sort()).toEqual([...documentation.hosts].sort());
  const signed = urls.filter(({ searchParams }) => searchParams.has("X-Amz-Signature"));
  expect(signed).toHaveLength(documentation.validForSeconds === undefined ? 0 : 1);
  for (const { searchParams } of signed) {
    expect(searchParams.get("X-Amz-Signature")).toBe("deadbeef".repeat(8));
    expect(searchParams.get("X-Amz-Credential")).toMatch(/^A[KS]IAEXAMPLE/);
    // The fake token repeats one word, with the escapes of the real one between its letters.
    expect(searchParams.get("X-Amz-Security-Token")?.replace(/[/+=]/g, "") ?? "").toMatch(/^(EXAMPLE)*[EXAMPL]*$/);
  }
});

test.each(all)("%s: every contradiction has two sides and a reading", (_name, { contradictions }) => {
  for (const contradiction of contradictions) {
    expect(Object.values(contradiction).every((text) => text !== "")).toBe(true);
    expect(contradiction.one).not.toBe(contradiction.other);
  }
});

test("one index lists both pages, and no page is its own sibling", () => {
  const { cfc, gls } = pages;
  expect(cfc.index).toBe(gls.index);
  for (const { page, siblings } of [cfc, gls]) {
    expect(siblings.length).toBeGreaterThan(0);
    expect(siblings).not.toContain(page.split("/").at(-1));
  }
});
