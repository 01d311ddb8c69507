// For whoever implements the KeyVerifier port: run every case, each on a fresh harness.
export {
  ContractViolation,
  keyVerifierContract,
  type ContractCase,
  type IssuedKey,
  type IssuedKeySpec,
  type KeyVerifierHarness,
} from './key-verifier.contract.js';
// For the tests of a service that uses the guards.
export { InMemoryKeyVerifier, type KnownKey } from './in-memory-key-verifier.js';
