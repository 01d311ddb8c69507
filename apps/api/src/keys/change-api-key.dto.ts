import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  Equals,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  Length,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { KEY_ENVIRONMENTS, type KeyEnvironment } from '#domain';
import { ApiExample, ApiText } from '../http/api-field.decorators.js';
import { IsDefinedIfPresent } from '../http/defined-if-present.decorator.js';
import { IsWholeNumber } from '../http/whole-number.decorator.js';
import { CreditsDto } from './credits.dto.js';
import { RotationPolicyDto } from './rotation.dto.js';
import { IsAddressRange, IsInstant, IsJsonObject, IsPermission, IsPlainText } from './validators.js';

const META_BYTES = 4096;

/** Everything of a key that can be changed later, but its name. In an update, null clears a field and an absent one stays. */
class ApiKeySettingsDto {
  /** @example Sends invoices every night */
  @IsOptional()
  @IsPlainText({ multiline: true })
  @MaxLength(2000)
  description?: string | null;

  /** Built-ins `read`, `write`, `delete`, `admin` (the three together), and scopes of your own.
   * @example ["read", "invoices.send"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsPermission({ each: true })
  permissions?: string[] | null;

  /** @example ["billing"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsPlainText({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(128, { each: true })
  allowed_services?: string[] | null;

  /** Addresses or CIDR ranges, IPv4 or IPv6.
   * @example ["10.0.0.0/8"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsAddressRange({ each: true })
  allowed_ips?: string[] | null;

  /** @example ["billing-worker/"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsPlainText({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(256, { each: true })
  allowed_user_agents?: string[] | null;

  /** @example production */
  @IsDefinedIfPresent()
  @IsIn(KEY_ENVIRONMENTS)
  environment?: KeyEnvironment;

  /** Null follows the server's default; likewise the next two.
   * @example 60 */
  @IsOptional()
  @IsWholeNumber(1, 10_000)
  rate_limit_per_minute?: number | null;

  /** @example 1000 */
  @IsOptional()
  @IsWholeNumber(1, 100_000)
  rate_limit_per_hour?: number | null;

  /** @example 10000 */
  @IsOptional()
  @IsWholeNumber(1, 1_000_000)
  rate_limit_per_day?: number | null;

  /** Days from now. Say at most one of the three expiry fields.
   * @example 90 */
  @IsOptional()
  @IsWholeNumber(1, 365)
  expires_in_days?: number | null;

  /** In an update, null means never.
   * @example 2027-02-20T14:00:00Z */
  @IsOptional()
  @IsInstant()
  expires_at?: string | null;

  /** @example true */
  @IsOptional()
  @Equals(true)
  never_expires?: boolean | null;

  /** @example customer-42 */
  @IsOptional()
  @IsPlainText()
  @Length(1, 255)
  external_id?: string | null;

  /** @example ["nightly"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsPlainText({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(64, { each: true })
  tags?: string[] | null;

  /** A JSON object of at most 4 KiB.
   * @example {"plan": "gold"} */
  @IsOptional()
  @IsJsonObject(META_BYTES)
  meta?: object | null;

  /** Null: uses are not counted. What is said here replaces both what is left and the refill. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CreditsDto)
  credits?: CreditsDto | null;

  /** A new secret every so many days, by itself. It waits to be picked up. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RotationPolicyDto)
  rotation?: RotationPolicyDto | null;

  /** A JSON object of at most 4 KiB for the owner alone: sealed in the database, in no answer but `?reveal=secret_meta`.
   * @example {"crm_token": "t0ps3cret"} */
  @IsOptional()
  @IsJsonObject(META_BYTES)
  secret_meta?: object | null;
}

@ApiExample({ name: 'billing worker', allowed_ips: ['10.0.0.0/8'], rate_limit_per_minute: 120, external_id: null })
export class UpdateApiKeyDto extends ApiKeySettingsDto {
  /** @example "billing worker" */
  @IsDefinedIfPresent()
  @IsPlainText()
  @Length(1, 255)
  name?: string;
}

/** Not made from the update: a class inherits the conditions of a field with it, and here the name must be there. */
export class NewApiKeyDto extends ApiKeySettingsDto {
  /** @example "billing worker" */
  @IsPlainText()
  @Length(1, 255)
  name: string;

  /** First part of the key instead of `akm`.
   * @example acme */
  @IsOptional()
  @ApiText(16)
  @Matches(/^[a-z0-9]{2,16}$/, { message: 'prefix must be 2 to 16 lower-case letters or digits' })
  prefix?: string | null;
}

@ApiExample({ name: 'billing worker', permissions: ['read', 'invoices.send'], expires_in_days: 90, tags: ['nightly'] })
export class CreateApiKeyDto extends NewApiKeyDto {
  /** A key to be laid out where nobody should look for one. It grants nothing, whatever else is said of it, and whoever
   * shows it is told that there is no such key; you are told of it. For people only, and for good.
   * @example false */
  @IsOptional()
  @IsBoolean()
  is_canary?: boolean | null;
}

export class RotateApiKeyDto {
  /** How long the secret before this one still works; 0 stops every earlier secret at once.
   * @example 24 */
  @IsOptional()
  @IsWholeNumber(0, 168)
  grace_period_hours?: number | null;
}
