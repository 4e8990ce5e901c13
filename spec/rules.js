/**
 * Lint rules for this description that configurable rules cannot express. Loaded by redocly.yaml.
 */

/** Requires a description for every enum value. */
function EnumValuesDescribed() {
  return {
    Schema: {
      enter(schema, { report, location }) {
        const values = schema.enum ?? [];
        const described = schema["x-enumDescriptions"] ?? {};
        for (const value of values) {
          if (!described[String(value)]) {
            report({
              message: `The value ${JSON.stringify(value)} has no entry in x-enumDescriptions.`,
              location: location.child("enum"),
            });
          }
        }
        for (const key of Object.keys(described)) {
          if (!values.some((value) => String(value) === key)) {
            report({
              message: `x-enumDescriptions describes ${key}, which is not a value.`,
              location: location.child("x-enumDescriptions").child(key),
            });
          }
        }
      },
    },
  };
}

/** Requires every property of an object in a response, since Clear always sends all. A request's may be optional. */
function RequiredListed() {
  let inRequest = false;
  return {
    RequestBody: {
      enter() {
        inRequest = true;
      },
      leave() {
        inRequest = false;
      },
    },
    Schema: {
      enter(schema, { report, location }) {
        if (inRequest || !schema.properties) return;
        for (const name of Object.keys(schema.properties)) {
          if (!schema.required?.includes(name)) {
            report({ message: `The property ${name} is not in the required list.`, location });
          }
        }
      },
    },
  };
}

/** Requires a one-value enum beside each const, for generators that do not support const. */
function EnumBesideConst() {
  return {
    Schema: {
      enter(schema, { report, location }) {
        if (!("const" in schema)) return;
        if (schema.enum?.length !== 1 || schema.enum[0] !== schema.const) {
          report({
            message: `The const has no enum [${JSON.stringify(schema.const)}] beside it.`,
            location: location.child("const"),
          });
        }
      },
    },
  };
}

/** Requires distinguishable alternatives: by a discriminator that maps each, or by a property with distinct values. */
function AlternativesToldApart() {
  return {
    Schema: {
      leave(schema, { report, location, resolve }) {
        if (!schema.oneOf) return;
        if (schema.discriminator) {
          const mapped = Object.values(schema.discriminator.mapping ?? {});
          if (mapped.length !== schema.oneOf.length) {
            report({
              message: "The discriminator's mapping does not name every alternative.",
              location: location.child("discriminator"),
            });
          }
        }
        const properties = schema.oneOf.map((alternative) => resolve(alternative).node?.properties ?? {});
        const toldApart = (name) => {
          const values = properties.flatMap((all) => (all[name]?.enum?.length === 1 ? all[name].enum : []));
          return values.length === schema.oneOf.length && new Set(values).size === values.length;
        };
        const names = schema.discriminator ? [schema.discriminator.propertyName] : Object.keys(properties[0]);
        if (!names.some(toldApart)) {
          report({
            message: "No property has a one-value enum in each alternative, with different values.",
            location: location.child("oneOf"),
          });
        }
      },
    },
  };
}

/** Checks that a statement has an origin: x-source (the vendor's page) or x-inferred (our own reasoning). */
function hasOrigin(node) {
  return [node["x-source"], node["x-inferred"]].some((text) => typeof text === "string" && text.trim() !== "");
}

/** Requires an origin for parameters, security schemes, request bodies, responses, examples and a path's servers. */
function OriginStated() {
  const check = (what) => ({
    enter(node, { report, location }) {
      if (!hasOrigin(node)) {
        report({ message: `The ${what} has neither x-source nor x-inferred.`, location });
      }
    },
  });
  return {
    Parameter: check("parameter"),
    SecurityScheme: check("security scheme"),
    RequestBody: check("request body"),
    Response: check("response"),
    MediaType: {
      Example: check("example"),
    },
    PathItem: {
      Server: check("server"),
    },
  };
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** Requires a dialect, a title, a description and an origin for each schema in its own file. */
function SchemaIntroduced() {
  return {
    Schema: {
      enter(schema, { report, location }) {
        if (location.pointer !== "#/") return;
        if (schema.$schema !== DIALECT) report({ message: `The $schema is not ${DIALECT}.`, location });
        for (const key of ["title", "description"]) {
          if (!schema[key]) report({ message: `The schema has no ${key}.`, location });
        }
        if (!hasOrigin(schema)) {
          report({ message: "The schema has neither x-source nor x-inferred.", location });
        }
      },
    },
  };
}

export default function plugin() {
  return {
    id: "clear",
    rules: {
      oas3: {
        "enum-values-described": EnumValuesDescribed,
        "required-listed": RequiredListed,
        "enum-beside-const": EnumBesideConst,
        "alternatives-told-apart": AlternativesToldApart,
        "origin-stated": OriginStated,
        "schema-introduced": SchemaIntroduced,
      },
    },
  };
}
