export function QualityView() {
  return <h1>Quality</h1>;
}
