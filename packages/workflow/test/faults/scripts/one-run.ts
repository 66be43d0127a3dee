/** Runs one workflow on the default transport and does nothing else: the process is to end by itself. */
import { allFlags, madeWorkflow } from "../../made-workflow.ts";

const workflow = madeWorkflow(["a", "b"], { ...allFlags, agentId: "alone" });
const { status, durationMs } = await workflow.execute();
console.log(JSON.stringify({ status, durationMs }));
