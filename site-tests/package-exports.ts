/** The exports of each entry of the package and the properties of its options, according to the compiler. */
import ts from "typescript";
import { entries, fileOf } from "../tools/docs/typescript-api.js";

export interface EntryExports {
  /** The name of the entry's page. */
  readonly id: string;
  readonly names: readonly string[];
  /** The properties of all exported types whose name ends in Options. */
  readonly properties: readonly string[];
}

export function packageExports(): EntryExports[] {
  const all = entries();
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile("tsconfig.build.json", ts.sys.readFile).config,
    ts.sys,
    ".",
  );
  const program = ts.createProgram(
    all.map(({ source }) => source),
    options,
  );
  const checker = program.getTypeChecker();
  return all.map(({ name, source }) => {
    const file = program.getSourceFile(source);
    const module = file && checker.getSymbolAtLocation(file);
    const symbols = module ? checker.getExportsOfModule(module) : [];
    const properties = symbols
      .filter((symbol) => symbol.name.endsWith("Options"))
      .flatMap((symbol) => {
        const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(declared)).map((property) => property.name);
      });
    return { id: fileOf(name), names: symbols.map((symbol) => symbol.name), properties };
  });
}
