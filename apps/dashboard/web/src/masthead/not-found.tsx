/** A path that is no view. */
import { Link } from "wouter";
import { views } from "../views/views.ts";

export function NotFound() {
  return (
    <div className="empty">
      <h1>There is nothing here</h1>
      <p>The address may be mistyped, or of another version. What there is:</p>
      <ul>
        {views.map(({ path, name }) => (
          <li key={path}>
            <Link href={path}>{name}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
