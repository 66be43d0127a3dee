import { expect, it } from "vitest";
import { Notices } from "../src/terminal/notices.ts";

it("keeps what nobody shows, and shows it later", () => {
  const notices = new Notices();
  notices.warn("away");
  const shown: string[] = [];
  notices.showWith((message) => shown.push(message));
  notices.error("back");
  expect(shown).toEqual(["away", "back"]);
});

it("says once what many agents say at the same time", () => {
  const notices = new Notices();
  const shown: string[] = [];
  notices.showWith((message) => shown.push(message));
  for (let agent = 0; agent < 8; agent++) notices.warn("away");
  notices.warn("something else");
  expect(shown).toEqual(["away", "something else"]);
});

it("tells of an outage, and of its end, once for each component, however each agent noticed it", () => {
  const notices = new Notices();
  const shown: string[] = [];
  notices.showWith((message) => shown.push(message));
  const away = (component: string, how: string) =>
    notices.warn(`attune: ${component}: The store ${how}. Going on without it until it is back.`);
  away("EventStreamer", "is away");
  away("CoordinationSignals", "is away");
  away("CoordinationSignals", "did not answer");
  notices.warn("attune: CoordinationSignals: the store is back.");
  notices.warn("attune: CoordinationSignals: the store is back.");
  expect(shown).toEqual([
    "attune: EventStreamer: The store is away. Going on without it until it is back.",
    "attune: CoordinationSignals: The store is away. Going on without it until it is back.",
    "attune: CoordinationSignals: the store is back.",
  ]);
});
