/** The anchors that GitHub gives a Markdown document. */
import { findFences, proseOf } from "./fences.ts";

export function anchorsOf(markdown: string): Set<string> {
  const prose = proseOf(markdown, findFences(markdown));
  const anchors = new Set<string>();
  for (const heading of headingsOf(prose)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`;
    anchors.add(anchor);
  }
  for (const [, name] of prose.matchAll(/<[a-z]+\b[^>]*\b(?:id|name)="([^"]+)"/gi)) anchors.add(name!);
  return anchors;
}

function headingsOf(prose: string): string[] {
  const lines = prose.split("\n");
  return lines.flatMap((line, index) => {
    const atx = /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line);
    if (atx) return [atx[1]!];
    const underlined = /^ {0,3}(=+|-+)[ \t]*$/.test(lines[index + 1] ?? "");
    return underlined && /^ {0,3}[^\s|>#-]/.test(line) ? [line.trim()] : [];
  });
}

/** Lower case, punctuation gone, a hyphen for each blank; a link's target and tags do not count. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/<[^>]+>/g, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
