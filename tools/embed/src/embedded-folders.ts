/** Which folders are embedded into which files: add a line here for a new one. */

export interface EmbeddedFolder {
  /** The package's folder, from the root of the repository. */
  package: string;
  /** The folder with the sources, in the package. It need not exist yet. */
  from: string;
  /** Only files that end so are embedded. */
  extension: string;
  /** The file that is written, in the package. */
  to: string;
}

export const embeddedFolders: readonly EmbeddedFolder[] = [
  { package: "packages/transport-redis", from: "src/lua", extension: ".lua", to: "src/scripts.generated.ts" },
  {
    package: "packages/transport-sqlite",
    from: "src/migrations",
    extension: ".sql",
    to: "src/migrations.generated.ts",
  },
];
