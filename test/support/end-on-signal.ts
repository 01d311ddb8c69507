/**
 * Makes an end of this process of being asked to end. Without this a signal ends a tool where it stands: what it does at
 * its exit is left undone, and the servers it has started go on.
 */
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => process.exit(exitCode));
}
