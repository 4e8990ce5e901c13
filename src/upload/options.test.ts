import { expect, test, vi } from "vitest";
import { BYTES, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { putFile, type UploadOptions } from "./index.js";

const { file } = csvFile();

test.each<[string, string, UploadOptions, string]>([
  ["an unknown option", "http://127.0.0.1:1/a", { timeout: 1 } as UploadOptions, "timeout"],
  [
    "allowedHosts that is not an array",
    "http://127.0.0.1:1/a",
    { allowedHosts: "a" as unknown as string[] },
    "allowedHosts",
  ],
  ["a hook that is not a function", "http://127.0.0.1:1/a", { onProgress: 1 as never }, "onProgress"],
  ["a checkContent that is not a boolean", "http://127.0.0.1:1/a", { checkContent: "no" as never }, "checkContent"],
  ["zero attempts", "http://127.0.0.1:1/a", { maxAttempts: 0 }, "maxAttempts"],
])("rejects %s", async (_what, url, options, field) => {
  const { error } = await putFile(target(url), { path: file, ...options });
  expect(error).toMatchObject({ kind: "invalid-input", field });
});

test.each(["onProgress", "onEvent"])("an %s that returns a rejected promise does not end the upload", async (hook) => {
  const { url } = await storage([200]);
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { data } = await putFile(target(url), { path: file, [hook]: () => Promise.reject(new Error("display")) });
  await new Promise(setImmediate);
  process.off("unhandledRejection", unhandled);
  expect(data?.bytes).toBe(BYTES);
  expect(unhandled).not.toHaveBeenCalled();
});

test("an onProgress that throws does not end the upload", async () => {
  const { url } = await storage([200]);
  const onProgress = () => {
    throw new Error("display");
  };
  expect((await putFile(target(url), { path: file, onProgress })).data?.bytes).toBe(BYTES);
});
