/** Tokens of deliveries: what a script is given of them. */
import { expect, it } from "vitest";
import { byConsumer, tokenOf } from "../src/group-tokens.ts";

it("deliveries are taken together by consumer, whatever its name is", () => {
  const names = ["a", "3:b", "1:", "\n", "é\u{1f916}"];
  const entries = [...names, "a"].map((name, n) => ({ id: `5-${n}`, token: tokenOf(name, n + 1) }));
  expect(byConsumer(entries).map(({ consumer, places }) => [consumer, places])).toEqual([
    ["a", [0, 5]],
    ["3:b", [1]],
    ["1:", [2]],
    ["\n", [3]],
    ["é\u{1f916}", [4]],
  ]);
});

it("the smallest and the largest id are told, compared as numbers", () => {
  const ids = ["9-1", "10-0", "9-10", "9007199254740993-1", "9007199254740992-1"];
  const [all] = byConsumer(ids.map((id) => ({ id, token: "1:c" })));
  expect(all).toMatchObject({ minId: "9-1", maxId: "9007199254740993-1" });
  expect(all!.pairs).toEqual(ids.flatMap((id) => [id, "1"]));
});

it.each(["", "c", ":c", "0:c", "1:", "-1:c", "1.5:c", "1e3:c", "01:c", "1234567890123456:c"])(
  "the token %j is none of ours",
  (token) => {
    expect(byConsumer([{ id: "1-0", token }])).toEqual([]);
  },
);
