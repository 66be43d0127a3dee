/** JSON of anybody's making: not looked into. */
import { z } from "zod";

/** Any JSON value. */
export const anyJson = z.unknown();

/** Any JSON object. */
export const anyObject = z.unknown().meta({ type: "object", additionalProperties: true });
