import { type FastifyInstance } from 'fastify';
import { CATALOGUE, PROBLEM_CODES, problem, problemSlug, type ProblemCode } from '#problems';

/** Serves the pages that the `type` of every problem points to. They tell everyone the same and need no sign-in. */
export function serveProblemPages(server: FastifyInstance): void {
  const pages = new Map(PROBLEM_CODES.map((code) => [problemSlug(code), page(code)]));
  server.get<{ Params: { slug: string } }>('/problems/:slug', (request, reply) => {
    const html = pages.get(request.params.slug);
    if (html === undefined) throw problem('NOT_FOUND');
    return reply.header('cache-control', 'public, max-age=3600').type('text/html; charset=utf-8').send(html);
  });
}

/** Every word comes from the catalogue, which has no markup in it. */
function page(code: ProblemCode): string {
  const { status, title, meaning, remedy } = CATALOGUE[code];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} (${code})</title>
<body>
<main>
<h1>${title}</h1>
<p><code>${code}</code>, HTTP status ${status}</p>
<p>${meaning}</p>
<p>${remedy}</p>
</main>
</body>
</html>
`;
}
