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
    Schema(schema, { report, location }) {
      if (inRequest) return;
      for (const name of Object.keys(schema.properties ?? {})) {
        if (!schema.required?.includes(name)) {
          report({ message: `The property ${name} is not in the required list.`, location });
        }
      }
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
        if (!Object.keys(properties[0]).some(toldApart)) {
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

/** Requires an origin for everything that states a fact. */
function OriginStated() {
  const check =
    (what) =>
    (node, { report, location }) => {
      if (!hasOrigin(node)) report({ message: `The ${what} has neither x-source nor x-inferred.`, location });
    };
  return {
    Info: check("info"),
    Server: check("server"),
    Operation: check("operation"),
    SecurityScheme: check("security scheme"),
    Parameter: check("parameter"),
    RequestBody: check("request body"),
    Response: check("response"),
    MediaType: {
      Example: check("example"),
    },
  };
}

/** Requires a title, a description and an origin for each named schema. */
function SchemaIntroduced() {
  return {
    NamedSchemas(schemas, { report, location }) {
      for (const [name, schema] of Object.entries(schemas)) {
        const at = location.child(name);
        for (const key of ["title", "description"]) {
          if (!schema[key]) report({ message: `The schema has no ${key}.`, location: at });
        }
        if (!hasOrigin(schema)) report({ message: "The schema has neither x-source nor x-inferred.", location: at });
      }
    },
  };
}

/** The required fields of a schema, and of those within it, by their paths. */
function requiredFields(schema, resolve, at = "") {
  const { required = [], properties = {}, items } = resolve(schema).node;
  return [
    ...required.map((name) => at + name),
    ...Object.entries(properties).flatMap(([name, property]) => requiredFields(property, resolve, `${at}${name}.`)),
    ...(items ? requiredFields(items, resolve, `${at.slice(0, -1)}[].`) : []),
  ];
}

/**
 * Makes a rule of a function that gets each operation, the names of its parameters, of its body and of the required fields
 * in that, and the examples of its responses.
 */
const operationRule = (check) => () => {
  let parameters;
  let examples;
  return {
    Operation: {
      enter() {
        parameters = [];
        examples = [];
      },
      Parameter({ name }) {
        parameters.push(name);
      },
      RequestBody({ content }, { resolve }) {
        parameters.push("body", ...Object.values(content).flatMap(({ schema }) => requiredFields(schema, resolve)));
      },
      Response: {
        Example({ "x-when": when, value }, { location }) {
          examples.push({ when, value, location });
        },
      },
      leave(operation, context) {
        check({ operation, parameters, examples }, context);
      },
    },
  };
};

/**
 * Requires that each x-when has one of its forms, names a parameter of its operation and is the only one like it, and that
 * each operation has an example for valid requests. The compiler checks the values: `When` in src/sandbox/operations.ts.
 */
const ExamplesSelected = operationRule(({ parameters, examples }, { report, location }) => {
  const seen = new Set();
  for (const { when, location } of examples.filter(({ when }) => when !== undefined)) {
    const complain = (message) => report({ message, location: location.child("x-when") });
    // The sandbox compares them as JSON, so the order matters too.
    if (!["request", "token", "parameter,violates"].includes(Object.keys(when).join())) {
      complain("The x-when is none of {request}, {token} and {parameter, violates}.");
    }
    if ("parameter" in when && !parameters.includes(when.parameter)) {
      complain(`The operation has no parameter ${when.parameter}.`);
    }
    const text = JSON.stringify(when);
    if (seen.has(text)) complain("Another example of the operation has the same x-when.");
    seen.add(text);
  }
  if (examples.length > 0 && !examples.some(({ when }) => when?.request === "valid")) {
    report({ message: "No example has x-when {request: valid}.", location });
  }
});

/**
 * Requires that x-upload has a method, points to the URL in the success, and names a parameter of its operation. The compiler
 * checks the rest: `Upload` in src/sandbox/operations.ts.
 */
const UploadUsable = operationRule(({ operation, parameters, examples }, { report, location }) => {
  const upload = operation["x-upload"];
  if (upload === undefined) return;
  const complain = (message) => report({ message, location: location.child("x-upload") });
  if (typeof upload.method !== "string") complain("The upload has no method.");
  const success = examples.find(({ when }) => when?.request === "valid")?.value;
  const keys = String(upload.url).split("/").slice(1);
  if (!URL.canParse(keys.reduce((node, key) => node?.[key], success))) {
    complain(`${upload.url} is not a JSON pointer to the URL in the example for valid requests.`);
  }
  if (!parameters.includes(upload.contentTypeBy)) {
    complain(`The operation has no parameter ${upload.contentTypeBy}.`);
  }
});

export default function plugin() {
  return {
    id: "clear",
    rules: {
      oas3: {
        "alternatives-told-apart": AlternativesToldApart,
        "enum-values-described": EnumValuesDescribed,
        "examples-selected": ExamplesSelected,
        "origin-stated": OriginStated,
        "required-listed": RequiredListed,
        "schema-introduced": SchemaIntroduced,
        "upload-usable": UploadUsable,
      },
    },
  };
}
