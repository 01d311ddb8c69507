export class ProtectedDto {
  /** @example This key works. */
  message: string;

  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  api_key_id: string;

  /** @example ["read"] */
  permissions: string[];
}
