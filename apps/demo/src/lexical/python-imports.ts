/** Finds what a Python file imports: `import a, b as c` and `from a import b`. Lexical: a docstring can fool it. */

const fromImport = /^[ \t]*from[ \t]+([\w.]+)[ \t]+import\b/;
const plainImport =
  /^[ \t]*import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)[ \t]*(?:#|;|$)/;

/** The modules' names, each as often as it is imported. */
export function pythonImports(source: string): string[] {
  const names: string[] = [];
  for (const line of source.split(/\r?\n/)) {
    const from = fromImport.exec(line)?.[1];
    if (from !== undefined) names.push(from);
    for (const part of plainImport.exec(line)?.[1]?.split(",") ?? [])
      names.push(part.trim().split(/[ \t]/, 1)[0]!);
  }
  return names;
}
