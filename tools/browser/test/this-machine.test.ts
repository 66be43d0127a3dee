import { expect, it } from "vitest";
import { isElsewhere } from "../src/this-machine.ts";

it("knows this machine, and addresses without a host", () => {
  const here = ["http://127.0.0.1:1/a", "ws://localhost/", "data:text/html,x", "blob:null/1", "about:blank"];
  expect(here.filter(isElsewhere)).toEqual([]);
});

it("knows other machines, whatever they are called", () => {
  const elsewhere = [
    "https://example.com/font.woff2",
    "wss://10.0.0.1/",
    "http://[::1]:80/",
    "http://127.0.0.1.example.com/",
    "http://localhost@example.com/",
  ];
  expect(elsewhere.filter((address) => !isElsewhere(address))).toEqual([]);
});
