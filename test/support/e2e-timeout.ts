// The first end-to-end test of a run compiles the application and its packages; on a busy machine that takes a while.
jest.setTimeout(120_000);
