/** Rewrites declarations of old modules: `export var a` becomes `export const a`. */

const before = `
export var limit = 10;
export var retries = 3;
export default limit;
`;

const after = `
export const limit = 10;
export const retries = 3;
export { limit as default };
`;

const rule = /\bexport var (?=\w)/g;

export const { source: pattern, flags } = rule;

export const example = { before, after };
