/** Embeds Lua and SQL files into TypeScript. */
export { type EmbedResult, embed } from "./embed.ts";
export { type EmbeddedFolder, embeddedFolders } from "./embedded-folders.ts";
export { sourceModule } from "./source-module.ts";
