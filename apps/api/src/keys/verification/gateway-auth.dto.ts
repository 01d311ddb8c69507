import { IsOptional, Max, Min } from 'class-validator';
import { QueryBoolean, QueryInteger } from '../../http/query-value.js';
import { VerifySelfDto } from './verify-self.dto.js';

/** What a location of a proxy asks for. It stands in the configuration of the proxy, where no client can change it. */
export class GatewayAuthDto extends VerifySelfDto {
  /** Tokens each request takes from every limit; 0 only looks.
   * @example 1 */
  @IsOptional()
  @QueryInteger()
  @Min(0)
  @Max(1_000_000)
  cost?: number;

  /** Whether the method of the original request decides too: `read` for GET, HEAD and OPTIONS, `delete` for DELETE, else `write`.
   * @example false */
  @IsOptional()
  @QueryBoolean()
  by_method?: boolean;
}
