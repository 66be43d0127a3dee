/** The id of an agent, leading to its page; long ones are cut. */
import { Link } from "wouter";
import { agentPath } from "./agent-path.ts";

export function AgentLink({ id }: { readonly id: string }) {
  return (
    <Link href={agentPath(id)} className="agent-link" title={id}>
      {id}
    </Link>
  );
}
