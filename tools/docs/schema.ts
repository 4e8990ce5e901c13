/** The schema of a body as Markdown: a table of its properties, or one for each alternative. */
import type { Schema } from "../description.js";
import { code, lines, paragraphs, table } from "./markdown.js";
import { shown, statement } from "./markers.js";

const list = (schema: Schema) => schema.enum ?? ("const" in schema ? [schema.const] : []);

/** The type and constraints of a schema, such as "string or null, at most 2048 characters". */
export function typeOf(schema: Schema): string {
  const values = list(schema);
  if (values.length > 0) return values.map((value) => code(JSON.stringify(value))).join(" or ");
  const type = [schema.type ?? "any"].flat().join(" or ");
  const { minLength, maxLength } = schema;
  const length =
    minLength !== undefined && maxLength !== undefined
      ? `${minLength === maxLength ? minLength : `${minLength} to ${maxLength}`} characters`
      : maxLength !== undefined
        ? `at most ${maxLength} characters`
        : minLength !== undefined && `at least ${minLength} character`;
  return [
    schema.items ? type.replace("array", `array of ${schema.items.title ?? schema.items.type}`) : type,
    schema.format,
    length,
    schema.pattern && `pattern ${code(schema.pattern)}`,
    schema.default !== undefined && `default ${code(JSON.stringify(schema.default))}`,
  ]
    .filter(Boolean)
    .join(", ");
}

export const presence = (required: boolean | undefined) => (required ? "**required**" : "optional");

/** The meaning of each value of an enum. */
export const meanings = (schema: Schema) =>
  lines(...Object.entries(schema["x-enumDescriptions"] ?? {}).map(([value, meaning]) => `${code(value)}: ${meaning}`));

function rows(schema: Schema, path: string): string[][] {
  if (schema.items) return rows(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = path ? `${path}.${name}` : name;
    const field = lines(code(at), presence(schema.required?.includes(name)));
    return [[field, typeOf(property), lines(statement(property), meanings(property))], ...rows(property, at)];
  });
}

/** The schemas that a body can have: itself, or each of its alternatives. */
export const alternatives = (schema: Schema) => schema.oneOf ?? [schema];

export function schemaMarkdown(schema: Schema): string {
  const properties = rows(schema, "");
  return paragraphs(
    schema.description,
    properties.length > 0 ? table(["field", "type", "description"], properties) : meanings(schema),
    ...shown(schema),
  );
}
