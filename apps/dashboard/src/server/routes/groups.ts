/** `GET /api/streams/groups`, `GET /api/dead-letters`: who shares the work of which streams, what is left to do, and what was given up. */
import { readTrimHold, trimHoldsBucket } from "@attune/streams";
import { inRounds } from "@attune-tools/reading-loop";
import { letterJson } from "@attune-tools/record-json";
import { z } from "zod";
import type { RouteContext, TypedServer } from "../routes.ts";
import { anyJson } from "../schemas/any-json.ts";
import { limitParameter, nameParameter, repeatable } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import type { StoreAccess } from "../store-access.ts";

const tags = ["streams"];

/** So many types are asked for their groups. */
const mostTypes = 1000;
const mostArchives = 1000;
/** What an archive gives up is kept under such a name; it is no group of a stream. */
const archivePrefix = "archive:";
/** More than this of a letter is told only to who asks for it by its id. */
const mostDataBytes = 4096;

const groupSchema = z.object({
  group: z.string(),
  streams: z.array(
    z.object({
      event_type: z.string(),
      pending: z.number().describe("Delivered and not acknowledged."),
      lag: z.number().nullable().describe("Not yet delivered; `null`: the store does not know."),
      last_delivered_id: z.string(),
    }),
  ),
  pending: z.number(),
  lag: z.number().nullable(),
  replayed: z
    .number()
    .nullable()
    .describe("Dead letters that were given to it again, and are not worked off."),
  dead_letters: z.number(),
});

const letterSchema = z.object({
  group: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  timestamp: z.string().nullable(),
  source: z.string(),
  error: z.string().describe("Why it was given up."),
  delivery_count: z.number(),
  consumer: z.string(),
  failed_at: z.string().nullable(),
  data: anyJson.describe("`null` too where it was left out, was not kept, or is no JSON."),
  data_kept: z.boolean(),
  data_bytes: z
    .number()
    .optional()
    .describe("Of data that was left out of the list: ask for it by `event_id`."),
  raw_data: z.string().optional(),
});

export function addGroupRoutes(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/streams/groups",
    {
      schema: {
        tags,
        summary: "Consumer groups: lag, pending, dead letters",
        querystring: z.strictObject({
          type: repeatable(nameParameter, 100).describe(
            "Left out: of all types. May be given several times.",
          ),
        }),
        response: {
          200: z.object({
            groups: z.array(groupSchema),
            complete: z.boolean().describe(`False: there are more than ${mostTypes} types; name them.`),
          }),
          ...refusedWith(),
        },
      },
    },
    async ({ query: { type } }) => {
      const types = type ?? (await access.eventTypes.list());
      const groups = await groupsOf(access, types.slice(0, mostTypes), type === undefined);
      return { groups, complete: types.length <= mostTypes };
    },
  );
  server.get(
    "/api/dead-letters",
    {
      schema: {
        tags,
        summary: "What a group gave up, oldest event first",
        querystring: z.strictObject({
          group: nameParameter,
          type: nameParameter.optional(),
          event_id: repeatable(z.string().min(1).max(64), 10).describe("These only, with all their data."),
          limit: limitParameter(100, 500),
        }),
        response: {
          200: z.object({
            dead_letters: z.array(letterSchema),
            total: z.number().describe("Of the group, of all types."),
          }),
          ...refusedWith(),
        },
      },
    },
    async ({ query: { group, type, event_id, limit } }) => {
      const [total, letters] = await Promise.all([
        access.streamer.countDeadLetters(group),
        access.streamer.listDeadLetters({
          group,
          count: limit,
          ...(type === undefined ? {} : { eventType: type }),
          ...(event_id === undefined ? {} : { eventIds: event_id }),
        }),
      ]);
      const dead_letters = letters.map((letter) => {
        const bytes = Buffer.byteLength(letter.rawData ?? "");
        if (event_id || bytes <= mostDataBytes) return letterJson(letter);
        return {
          ...letterJson({ ...letter, data: null, rawData: null }),
          data_kept: true,
          data_bytes: bytes,
        };
      });
      return { dead_letters, total };
    },
  );
}

async function groupsOf(access: StoreAccess, types: readonly string[], all: boolean) {
  const { streamer } = access;
  const byGroup = new Map<string, z.infer<typeof groupSchema>["streams"]>();
  for (const info of (await inRounds(types, (type) => streamer.listGroups(type))).flat()) {
    const { group, eventType: event_type, pending, lag, lastDeliveredId: last_delivered_id } = info;
    const streams = byGroup.get(group) ?? [];
    streams.push({ event_type, pending, lag, last_delivered_id });
    byGroup.set(group, streams);
  }
  const archives = all ? (await archiveNames(access)).map((name) => archivePrefix + name) : [];
  const names = [...new Set([...byGroup.keys(), ...archives])].sort();
  const groups = await inRounds(names, async (group) => {
    const [replayed, dead_letters] = await Promise.all([
      streamer.countReplayed(group),
      streamer.countDeadLetters(group),
    ]);
    const streams = byGroup.get(group) ?? [];
    const pending = streams.reduce((sum, one) => sum + one.pending, 0);
    const lag = streams.reduce<number | null>(
      (sum, one) => (sum === null || one.lag === null ? null : sum + one.lag),
      0,
    );
    return { group, streams, pending, lag, replayed, dead_letters };
  });
  return groups.filter(({ group, dead_letters }) => byGroup.has(group) || dead_letters > 0);
}

/** As far as they can be known, since no store lists them: the one without a name, and those that hold back trimming. */
async function archiveNames({ transport }: StoreAccess): Promise<string[]> {
  const names = new Set(["archive"]);
  let from: string | null = null;
  do {
    const page = await transport.records.list({ bucket: trimHoldsBucket, from, count: 100 });
    for (const { value } of page.records) {
      const name = readTrimHold(value)?.archive;
      if (name !== undefined) names.add(name);
    }
    from = names.size < mostArchives ? page.next : null;
  } while (from !== null);
  return [...names];
}
