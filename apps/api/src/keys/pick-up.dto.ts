import { Matches } from 'class-validator';
import { ApiText } from '../http/api-field.decorators.js';
import { PICKUP_TOKEN } from './waiting-secrets.js';

export class PickUpDto {
  /** As it came in the event `key.rotated`.
   * @example pickup_RVhBTVBMRUVYQU1QTEVFWEFNUExFRVhBTVBMRUVYQU0 */
  @ApiText(50)
  @Matches(PICKUP_TOKEN, { message: 'token must be pickup_ and 43 letters, digits, - or _' })
  token: string;
}
