import { ApiAnyObject, ApiText } from '../http/api-field.decorators.js';

export class HealthDto {
  /** @example ok */
  @ApiText(16)
  status: string;

  /** @example 0.1.0 */
  @ApiText(64)
  version: string;

  /** @example akm */
  @ApiText(16)
  service: string;
}

export class ReadinessDto {
  /** @example ok */
  @ApiText(16)
  status: string;

  /** Each thing akm needs, and whether it is there.
   * @example {"database": {"status": "up"}, "migrations": {"status": "up"}} */
  @ApiAnyObject()
  details: object;
}
