import { type ProblemBody, problemSlug } from '#problems';
import type { Page } from './page.js';

/** What went wrong, what to do about it, and under which id the operator finds it. */
export function problemPage({ status, title, detail, code, instance, errors }: ProblemBody, retryAfter?: string): Page {
  return {
    title,
    isNarrow: true,
    body: (
      <section class="problem">
        <p class="muted">Error {status}</p>
        <h1>{title}</h1>
        <p>{detail}</p>
        {errors && (
          <ul>
            {errors.map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        )}
        {retryAfter !== undefined && <p>Try again in {retryAfter} seconds.</p>}
        <p class="actions">
          <a class="button" href="/dashboard">
            Go to the dashboard
          </a>
          <a href={`/problems/${problemSlug(code)}`}>What does this mean?</a>
        </p>
        <p class="muted small">
          Request <code>{instance}</code>
        </p>
      </section>
    ),
  };
}
