// Some unit tests start a database, and the first one of a run makes its template; a busy machine takes its time.
jest.setTimeout(60_000);
