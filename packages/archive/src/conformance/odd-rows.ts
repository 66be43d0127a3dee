/** Rows that stores like to alter, cut off or refuse. Each has to come back exactly, or be refused and named in the setup. */
import type { ArchiveRow } from "../sink.ts";
import { row } from "./rows.ts";

const rowsByName = {
  "text of many scripts": row(0, {
    eventType: "étape·шаг·步骤·🪜",
    source: "prüfer-审查员-👩‍💻",
    data: '{"text":"naïve – Привет – 你好 – שלום – 👩‍👩‍👧‍👦 – e\u0301 – \u{10ffff}"}',
  }),
  "quotes and backslashes": row(1, {
    eventType: `it's "a" \`type\` \\ {x:String} $1 ? :a %s`,
    source: `'; DROP TABLE events; --`,
    data: '{"a":"it\'s \\"quoted\\" \\\\ \\/ \\\\n","b\'\\"":1}',
  }),
  "line breaks and control characters": row(2, {
    source: "a\tb\r\nc\u0001\u007f\u2028",
    data: '{\n\t"a":\r\n 1}\n',
  }),
  "a text that looks like a number": row(3, { source: "007", data: '"1e3"' }),
  "keys twice and in no order": row(4, { data: '{"b":1,"a":2,"b":3, "c" : [ 1 ,2]}' }),
  "a number beyond 2^53": row(5, {
    data: '{"n":9007199254740993,"precise":0.12345678901234567890123,"minus":-0.0}',
  }),
  "a huge number": row(6, { data: '{"n":1e400}' }),
  "a number of 5000 digits": row(7, { data: `{"n":${"9".repeat(5000)}}` }),
  "no data at all": row(8, { data: "" }),
  "data that is no JSON": row(9, { data: '{"a":' }),
  "no source": row(10, { source: "" }),
  "JSON's null": row(11, { data: "null" }),
  "an escaped NUL": row(12, { data: '{"a":"x\\u0000y"}' }),
  "an escaped lone surrogate": row(13, { data: '{"a":"\\ud800","b":"\\udc00\\ud800"}' }),
  "a NUL in the data": row(14, { data: "x\u0000y" }),
  "a NUL in the source": row(15, { source: "x\u0000y" }),
  "deep JSON": row(16, { data: `${"[".repeat(20_000)}${"]".repeat(20_000)}` }),
  "1 MiB of data": row(17, { data: JSON.stringify({ text: "é".repeat(512 * 1024 - 8) }) }),
  "the largest sequence of an id": row(18, { eventId: "1700000000000-18446744073709551615" }),
  "a sequence beyond 2^53": row(19, { eventId: "1700000000000-9007199254740993" }),
  "an id of the first day": row(20, { eventId: "1-0" }),
  "a time before 1970": row(21, { timestamp: new Date("1969-12-31T23:59:59.999Z") }),
  "a time of the year 1": row(22, { timestamp: new Date("0001-02-03T04:05:06.007Z") }),
  "a time of the year 9999": row(23, { timestamp: new Date("9999-12-31T23:59:59.999Z") }),
  "a type of 256 bytes": row(24, { eventType: "ß".repeat(128) }),
  "byte order marks": row(27, {
    eventType: "\ufeffstep",
    source: "\ufeff",
    data: '\ufeff{"text":"\ufeff"}',
  }),
  "types that differ in case": row(25, { eventType: "STEP" }),
  "a type with space around it": row(26, { eventType: " step " }),
} satisfies Record<string, ArchiveRow>;

export type OddRow = keyof typeof rowsByName;

export const oddRows: Readonly<Record<OddRow, ArchiveRow>> = rowsByName;
