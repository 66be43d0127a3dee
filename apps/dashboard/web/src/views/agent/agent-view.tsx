export function AgentView({ agentId }: { readonly agentId: string }) {
  return <h1>{agentId}</h1>;
}
