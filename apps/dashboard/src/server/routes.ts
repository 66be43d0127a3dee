/** What the files of `routes/` are given: a server with typed schemas, and what there is to answer from. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { LiveFleet } from "../live/live-fleet.ts";
import type { StoreAccess } from "./store-access.ts";

export type TypedServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface RouteContext {
  /** The store. */
  readonly access: StoreAccess;
  /** What is live: known without asking the store. */
  readonly fleet: LiveFleet;
  /** Of the package. */
  readonly version: string;
  readonly readOnly: boolean;
  /** Who is written down as the responder where nobody is named. */
  readonly responder: string;
}
