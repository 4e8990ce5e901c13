import { expect, test } from "vitest";
import { takeTags } from "./tags.js";

const tagsIn = (markdown: string) => takeTags(markdown, () => false).tags;

test.each<[string, string, [string, string][]]>([
  ["no attributes", "{% endtab %}", []],
  [
    "quotes of both kinds",
    `{% tab title="it's" summary='a "b"' %}`,
    [
      ["title", "it's"],
      ["summary", 'a "b"'],
    ],
  ],
  [
    "no quotes",
    "{% swagger method=get required = true %}",
    [
      ["method", "get"],
      ["required", "true"],
    ],
  ],
  [
    "words without a value",
    "{% include a 'b c' %}",
    [
      ["a", ""],
      ["b c", ""],
    ],
  ],
  ["a tag end in quotes", '{% tab title="50 %} off" %}', [["title", "50 %} off"]]],
  ["several lines", '{% tab\n  title="a"\n%}', [["title", "a"]]],
  ["whitespace control", '{%- tab title="a" -%}', [["title", "a"]]],
])("attributes: %s", (_what, markdown, attributes) => {
  expect(tagsIn(markdown)).toMatchObject([{ attributes }]);
});

test("a tag is replaced by its line breaks, or by an empty line if it was alone", () => {
  const { markdown, tags } = takeTags('a {% b\nc="d" %} e\n  {% f %}  \ng', () => false);
  expect(markdown).toBe("a \n e\n\ng");
  expect(tags.map(({ name, line }) => [name, line])).toEqual([
    ["b", 1],
    ["f", 3],
  ]);
});

test.each(["{% a", '{% a "b %}', "{{ a }}", "{ % a % }"])("%j is text", (markdown) => {
  expect(takeTags(markdown, () => false)).toEqual({ markdown, tags: [] });
});

test("a tag in code is text", () => {
  expect(takeTags("{% a %} {% b %}", (offset) => offset > 0)).toMatchObject({
    markdown: " {% b %}",
    tags: [{ name: "a" }],
  });
});
