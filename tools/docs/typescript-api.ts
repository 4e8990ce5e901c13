/** The TypeScript API as Markdown, one document for each entry of the package, by TypeDoc from the docstrings. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Application,
  Comment,
  Converter,
  type DeclarationReflection,
  type Reflection,
  ReflectionKind,
  type TypeDocOptions,
} from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

/** The entries that can be imported: `clear-presign/upload` and the source that it is compiled from. */
export function entries(): { name: string; source: string }[] {
  const { name, exports } = JSON.parse(readFileSync("package.json", "utf8"));
  return Object.entries<{ types?: string }>(exports)
    .filter(([, target]) => target.types)
    .map(([path, { types = "" }]) => ({
      name: path.replace(/^\./, name),
      source: types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts"),
    }));
}

const OPTIONS: Partial<TypeDocOptions & PluginOptions> & Record<string, unknown> = {
  tsconfig: "tsconfig.build.json",
  plugin: ["typedoc-plugin-markdown", "typedoc-plugin-missing-exports"],
  // An option that an exported type has from one that is not exported belongs to it all the same.
  placeInternalsInOwningModule: true,
  excludeExternals: true,
  excludePrivate: true,
  logLevel: "Error",
  readme: "none",
  disableSources: true,
  router: "module",
  sort: ["source-order"],
  groupOrder: ["Functions", "Classes", "*"],
  hideGroupHeadings: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  propertyMembersFormat: "table",
  tableColumnSettings: { hideModifiers: true, hideInherited: true, hideSources: true, hideOverrides: true },
};

/** `clear-presign/upload` is `clear-presign-upload.md`. */
export const fileOf = (entry: string) => entry.replaceAll("/", "-");

export async function apiMarkdown(): Promise<{ name: string; markdown: string }[]> {
  const all = entries();
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-api-"));
  try {
    const app = await Application.bootstrapWithPlugins({ ...OPTIONS, entryPoints: all.map(({ source }) => source) });
    app.options.setValue("outputs", [{ name: "markdown", path: folder }]);
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
      const fileOfSource = (reflection: Reflection) =>
        context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName ?? "";
      for (const module of context.project.getReflectionsByKind(ReflectionKind.Module)) {
        const entry = all.find(({ source }) => fileOfSource(module).endsWith(`/${source}`));
        if (entry) module.name = fileOf(entry.name);
      }
      for (const type of context.project.getReflectionsByKind(ReflectionKind.Interface)) {
        if (!fileOfSource(type).includes("/generated/")) continue;
        type.comment = new Comment([{ kind: "text", text: "Generated from openapi.yaml, which the endpoints show." }]);
        for (const child of [...((type as DeclarationReflection).children ?? [])]) {
          context.project.removeReflection(child);
        }
      }
    });
    const project = await app.convert();
    if (!project) throw new Error("TypeDoc could not read the sources");
    await app.generateOutputs(project);
    return all.map(({ name }) => ({
      name,
      markdown: readFileSync(join(folder, `${fileOf(name)}.md`), "utf8").replace(/^# .*/, `# ${name}`),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
