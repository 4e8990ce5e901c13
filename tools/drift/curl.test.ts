import { expect, test } from "vitest";
import { readCurl } from "./curl.js";
import { named } from "./facts.js";

const read = (command: string) => {
  const { parts, unknown } = readCurl(command);
  return [...parts, ...unknown].map(({ path, value, line }) => `${line} ${named(path)} ${value}`);
};
const GET = ["1 request › method GET", "1 request › url › origin https://a.example", "1 request › url › path /b"];

test.each<[string, string, ...string[]]>([
  ["only a URL", "curl https://a.example/b", ...GET],
  ["short options", "curl -X 'GET' 'https://a.example/b'", ...GET],
  ["long options", "curl --location --request GET --url https://a.example/b", ...GET],
  ["options with =", 'curl --request=GET --url="https://a.example/b"', ...GET],
  ["options in one word", "$ curl -sSLXGET https://a.example/b", ...GET],
  ["typographic quotes", "curl ‘https://a.example/b’", ...GET],
  [
    "headers, with their lines",
    "curl https://a.example/b \\\n  -H 'c: d e' \\\n  --header \"f:g\"",
    ...GET,
    "2 request › headers › c d e",
    "3 request › headers › f g",
  ],
  [
    "a query",
    "curl 'https://a.example/b?c=d&e'",
    ...GET,
    "1 request › url › query › c d",
    "1 request › url › query › e ",
  ],
  ["another method", "curl -X post https://a.example/b", "1 request › method POST", ...GET.slice(1)],
  [
    "an unknown option",
    "curl --data c https://a.example/b",
    ...GET,
    "1 request › arguments › --data true",
    "1 request › arguments › c true",
  ],
  [
    "a second URL",
    "curl https://a.example/b https://a.example/c",
    ...GET,
    "1 request › arguments › https://a.example/c true",
  ],
  ["a header without a colon", "curl -H c https://a.example/b", ...GET, "1 request › arguments › -H true"],
  [
    "a comment",
    "curl https://a.example/b # c",
    ...GET,
    "1 request › arguments › # true",
    "1 request › arguments › c true",
  ],
])("%s", (_what, command, ...expected) => {
  expect(read(command)).toEqual(expected);
});
