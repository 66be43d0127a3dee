/** How good an average is, by colour. */

/** Above this a cheaper tier may do (@attune/feedback). */
const good = 0.9;

export function gradeOf(average: number, threshold: number): "poor" | "fair" | "fine" {
  if (average < threshold) return "poor";
  return average > good ? "fine" : "fair";
}
