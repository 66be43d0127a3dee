export function SignalsView() {
  return <h1>Signals</h1>;
}
