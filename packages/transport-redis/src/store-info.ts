/** Which server this is, and how much memory it takes, for people. */
import { type AdapterHost, AttuneError, type StoreInfo } from "@attune/transport";
import type { Connections } from "./connections.ts";
import { cork } from "./cork.ts";
import { repeatUntilAnswered } from "./repeat-until-answered.ts";
import { readServerInfo } from "./server-info.ts";

/** What is known of a server that does not let us look: that it speaks as a Redis does. */
const untold: StoreInfo = { product: "Redis", version: null, bytes: null };

export async function storeInfo(host: AdapterHost, connections: Connections): Promise<StoreInfo> {
  try {
    return await repeatUntilAnswered(host, connections, async (client) => {
      cork(client);
      const { product, version, usedMemory } = await readServerInfo(client);
      return { product, version, bytes: usedMemory };
    });
  } catch (error) {
    // Without the right to INFO everything else still works, and the server is there.
    if (error instanceof AttuneError && error.code === "ATTUNE_STORE_REFUSED") return untold;
    throw error;
  }
}
