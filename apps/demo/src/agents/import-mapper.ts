/** The import mapper: which modules the JavaScript, TypeScript and Python files import, and how many files import each. */
import { posix } from "node:path";
import { javaScriptImports } from "../lexical/javascript-imports.ts";
import { pythonImports } from "../lexical/python-imports.ts";
import { isJavaScript, isPython } from "../tree/languages.ts";
import type { Agent } from "./agent.ts";
import { eachText } from "./each-file.ts";
import { addTo, topOf } from "./ranking.ts";
import { counted } from "./wording.ts";

export const importMapper: Agent = {
  id: "import-mapper",
  task: "counts who imports what",
  async run(context) {
    const importers = new Map<string, number>();
    let imports = 0;
    const files = context.files.filter(({ path }) => isJavaScript(path) || isPython(path));
    await eachText(context, files, ({ path }, text) => {
      const modules = isPython(path)
        ? pythonImports(text).map((name) => pythonModule(path, name))
        : javaScriptImports(text).map((name) => javaScriptModule(path, name));
      imports += modules.length;
      // A file that imports a module twice still depends on it once.
      for (const module of new Set(modules)) addTo(importers, module);
    });
    const ranking = topOf(importers, "files");
    for (const { name, value } of ranking.slice(0, 3)) {
      await context.publisher.finding("most imported", name, `by ${counted(value, "file")}`);
    }
    return {
      headline: `${counted(imports, "import")} of ${counted(importers.size, "module")} in ${counted(files.length, "file")}`,
      totals: { files: files.length, imports, modules: importers.size },
      ranking,
    };
  },
};

/** A relative name becomes the file it means, without its extension; a package's subpath becomes the package. */
export function javaScriptModule(importer: string, name: string): string {
  if (/^\.{1,2}(\/|$)/.test(name)) {
    return posix.join(posix.dirname(importer), name).replace(/\.[cm]?[jt]sx?$/, "");
  }
  if (name.startsWith("/") || name.startsWith("node:")) return name;
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}

/** A relative name becomes the path it means; of an absolute one the first part is the package. */
function pythonModule(importer: string, name: string): string {
  const dots = /^\.*/.exec(name)![0].length;
  if (dots === 0) return name.split(".", 1)[0]!;
  const rest = name.slice(dots).replaceAll(".", "/");
  return posix.join(posix.dirname(importer), "../".repeat(dots - 1), rest);
}
