/** The rules as tables: what each layer, and each feature, may depend on. This is the file to change when the architecture does. */

export const layers = ["contract", "adapter", "conformance", "feature", "app", "tool"] as const;
export type Layer = (typeof layers)[number];

/** What the user of a package gets with it: dependencies, peerDependencies, optionalDependencies. */
export const mayDependOn: Record<Layer, readonly Layer[]> = {
  contract: [],
  adapter: ["contract"],
  conformance: ["contract"],
  feature: ["contract", "feature"], // and only the features of `featuresBelow`
  app: ["contract", "adapter", "conformance", "feature", "app"],
  tool: ["tool", "contract", "feature"], // what tests of features have in common opens transports; what apps have in common knows features
};

/** What its tests and its build may use besides. */
export const mayAlsoDevelopWith: Record<Layer, readonly Layer[]> = {
  contract: ["tool"],
  adapter: ["conformance", "tool"],
  conformance: ["tool"],
  feature: ["conformance", "adapter", "tool"],
  app: ["tool"],
  tool: [],
};

/** What its build puts into it, so that its users need not install it: private packages in its devDependencies. */
export const mayBundle: Record<Layer, readonly Layer[]> = {
  contract: [],
  adapter: [],
  conformance: [],
  feature: [],
  app: ["tool"],
  tool: [],
};

/** Every feature, and the features it may build on. A feature is called what its package is called. */
export const featuresBelow: Record<string, readonly string[]> = {
  streams: [],
  heartbeat: ["streams"],
  signals: ["streams"],
  approvals: ["streams"],
  feedback: ["streams"],
  archive: ["streams"],
  workflow: ["streams", "heartbeat", "signals", "approvals", "feedback"],
};
