/** Says what a plugin's text lacks. */

const hint = `A plugin is a module of this form:

export const name = "mine";

export function setUp() {}

export function tearDown() {}
`;

const needed = ["export const name", "export function setUp", "export function tearDown"];

function missingIn(plugin: string): string {
  return needed.every((text) => plugin.includes(text)) ? "" : hint;
}

export { missingIn as checkPlugin };
