export class HealthDto {
  /** @example ok */
  status: string;

  /** @example 0.1.0 */
  version: string;

  /** @example akm */
  service: string;
}

export class ReadinessDto {
  /** @example ok */
  status: string;

  /** Each thing akm needs, and whether it is there.
   * @example {"database": {"status": "up"}, "migrations": {"status": "up"}} */
  details: object;
}
